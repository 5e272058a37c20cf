using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class SupportVectorTests
{
    private static readonly Network Net = Network.Parse("dense(w=1.4142135623730951) relu dense(b=1)");
    private static readonly Matrix X = Samples.Random(30, 3, 1);
    private static readonly long[] Labels = [.. Enumerable.Range(0, X.Rows).Select(i => X[i, 0] > 0.3 ? 7L : X[i, 1] > X[i, 2] ? -2 : 40)];
    private static readonly SupportVectorOptions Options = new() { Cost = 10, Tolerance = 1e-6 };

    [Fact]
    public void Classes_are_the_labels_in_ascending_order_and_easy_ones_are_learnt()
    {
        var machine = SupportVectorMachine.Fit(Net.Ntk(), X, Labels, Options with { Cost = 1e4 });
        Assert.Equal([-2L, 7, 40], machine.Classes);
        Assert.Equal(Labels, machine.Predict(X));
        Assert.InRange(machine.Machine.Violation, 0, Options.Tolerance);
    }

    [Theory]
    [InlineData(-2, 7, 0)]
    [InlineData(-2, 40, 1)]
    [InlineData(7, 40, 2)]
    public void Each_pair_of_classes_is_a_machine_of_its_own(long first, long second, int column)
    {
        var gram = Net.Ntk().Gram(X);
        var all = GramSupportVectorMachine.Fit(gram, Labels, Options);
        int[] rows = [.. Enumerable.Range(0, X.Rows).Where(i => Labels[i] == first || Labels[i] == second)];
        var alone = GramSupportVectorMachine.Fit(SubMatrix.Of(gram, rows, rows), [.. rows.Select(i => Labels[i])], Options);
        Assert.Equal(alone.Weights.Data, rows.Select(i => all.Weights[i, column]));
        Assert.Equal(alone.Biases[0], all.Biases[column]);
        Assert.All(Enumerable.Range(0, X.Rows).Except(rows), i => Assert.Equal(0, all.Weights[i, column]));
    }

    [Fact]
    public void A_machine_keeps_its_support_vectors_alone_and_predicts_the_same()
    {
        var kernel = Net.Ntk();
        var whole = GramSupportVectorMachine.Fit(kernel.Gram(X), Labels, Options);
        var machine = SupportVectorMachine.Fit(Net.Ntk(), X, Labels, Options);
        Assert.InRange(whole.Support.Count, 6, X.Rows - 1);
        Assert.Equal(whole.Support.Count, machine.Machine.Weights.Rows);
        var others = Samples.Random(1100, 3, 2);
        Assert.Equal(whole.Predict(kernel.Cross(others, X)), machine.Predict(others));
    }

    [Fact]
    public void Rows_are_prepared_as_in_training()
    {
        var shifted = Matrix.Wrap(Array.ConvertAll(X.Data, v => 5 + v), X.Rows, 3);
        var machine = SupportVectorMachine.Fit(Net.Nngp(), shifted, Labels, Options with { Center = true, Unit = true, });
        var mean = Enumerable.Range(0, 3).Select(j => shifted.Column(j).Average()).ToArray();
        var prepared = new Matrix(Enumerable.Range(0, X.Rows).Select(i =>
        {
            var row = shifted.Row(i).ToArray().Zip(mean, (v, m) => v - m).ToArray();
            var norm = Math.Sqrt(row.Sum(v => v * v));
            return row.Select(v => v / norm).ToArray();
        }));
        var plain = SupportVectorMachine.Fit(Net.Nngp(), prepared, Labels, Options);
        Assert.InRange(Samples.Worst(plain.Machine.Weights, machine.Machine.Weights), 0, 1e-3);
        Assert.Equal(plain.Predict(prepared), machine.Predict(shifted));
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        var gram = Net.Ntk().Gram(X);
        var one = GramSupportVectorMachine.Fit(gram, Labels, Options with { Gram = new() { Threads = 1 } });
        var many = GramSupportVectorMachine.Fit(gram, Labels, Options with { Gram = new() { Threads = 5 } });
        Samples.SameBits(one.Weights, many.Weights);
        Samples.SameBits(one.Decide(gram), many.Decide(gram, threads: 4));
    }

    [Fact]
    public void The_matrix_that_is_given_is_left_as_it_is()
    {
        var gram = Net.Ntk().Gram(X);
        var before = (double[])gram.Data.Clone();
        GramSupportVectorMachine.Fit(gram, [.. Labels.Select(l => l == 7 ? 1L : 0)], Options);
        Assert.Equal(before, gram.Data);
    }

    [Fact]
    public void Of_equal_votes_the_first_class_wins()
    {
        var pairs = ClassVotes.Pairs(3);
        Assert.Equal([(0, 1), (0, 2), (1, 2)], pairs);
        Assert.Equal(0, ClassVotes.Winner([1, -1, 1], pairs, 3));
        Assert.Equal(2, ClassVotes.Winner([1, -1, -1], pairs, 3));
        Assert.Equal(1, ClassVotes.Winner([-1, -1, 1], pairs, 3));
    }

    [Fact]
    public void A_decision_of_0_is_for_the_second_class() => Assert.Equal(1, ClassVotes.Winner([0.0], [(0, 1)], 2));

    [Theory]
    [InlineData(new long[] { 3, 3, 5 }, 3, 1)]
    [InlineData(new long[] { 3, 5, 5 }, 5, -1)]
    [InlineData(new long[] { 3, 5 }, 5, 0)]
    public void A_kernel_of_zeros_leaves_the_bias_to_the_majority(long[] labels, long expected, double bias)
    {
        var n = labels.Length;
        var machine = GramSupportVectorMachine.Fit(Matrix.Wrap(new double[n * n], n, n), labels, new() { Cost = 1e4 });
        Assert.Equal([bias], machine.Biases);
        Assert.Equal([expected], machine.Predict(Matrix.Wrap(new double[n], 1, n)));
    }

    [Fact]
    public void Equal_rows_of_both_classes_are_given_up_at_the_cost()
    {
        // 1 and −1 are told apart; two rows at 0 are of both classes and stay at their bounds, which is what they cost.
        Matrix x = new[,] { { 1.0 }, { -1 }, { 0 }, { 0 } };
        var machine = GramSupportVectorMachine.Fit(Network.Parse("dense").Ntk().Gram(x), [0, 1, 0, 1], new() { Cost = 2 });
        Assert.Equal([0.5, -0.5, 2, -2], machine.Weights.Data);
        Assert.Equal([0.0], machine.Biases);
    }
}
