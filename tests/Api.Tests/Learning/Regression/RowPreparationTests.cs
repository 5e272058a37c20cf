using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Centering and scaling against the same done by hand; rounding apart, so 1e-10 of the size at a ridge of 1e-2.</summary>
public class RowPreparationTests
{
    private static readonly Network Net = Network.Parse("dense(w=1.4142135623730951,b=0.3) relu dense");
    private static readonly Matrix X = Map(Samples.Random(30, 4, 1), (v, j) => 2 * v + j);
    private static readonly Matrix New = Map(Samples.Random(7, 4, 2), (v, j) => v - j);
    private static readonly Matrix Y = Samples.Random(30, 1, 3);
    private static readonly RegressionOptions Plain = new() { Ridge = Ridge.Relative(1e-2) };

    private static readonly double[] Mean = [.. Enumerable.Range(0, 4).Select(j => X.Column(j).Average())];

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public void Rows_whose_squares_overflow_or_vanish_have_the_unit_rows_of_others(int exponent)
    {
        var (x, y) = (Samples.Random(12, 3, 1), Samples.Random(12, 1, 2));
        var moved = Matrix.Wrap(Array.ConvertAll(x.Data, v => Math.ScaleB(v, exponent)), 12, 3);
        var (here, there) = (Fit(x), Fit(moved));
        Samples.SameBits(here.Weights, there.Weights);
        Samples.SameBits(here.Predict(x).Mean, there.Predict(moved).Mean);
        KernelRegression Fit(Matrix rows) => KernelRegression.Fit(
            Network.Parse("dense relu dense").Ntk(), rows, y, new() { Unit = true, Ridge = Ridge.Relative(1e-2) });
    }

    [Fact]
    public void New_rows_are_centered_by_the_mean_of_the_training_rows() =>
        SameModel(Plain with { Center = true }, Centered);

    [Fact]
    public void Rows_are_scaled_to_unit_norm() => SameModel(Plain with { Unit = true }, Scaled);

    [Fact]
    public void Rows_are_centered_first_and_scaled_then() =>
        SameModel(Plain with { Center = true, Unit = true }, m => Scaled(Centered(m)));

    [Fact]
    public void The_length_of_a_row_does_not_matter_where_rows_are_scaled()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Plain with { Unit = true });
        Near(fitted.Predict(New).Mean, fitted.Predict(Map(New, (v, _) => 1e5 * v)).Mean);
    }

    [Fact]
    public void A_shift_of_all_rows_does_not_matter_where_rows_are_centered()
    {
        var here = KernelRegression.Fit(Net.Ntk(), X, Y, Plain with { Center = true });
        var there = KernelRegression.Fit(Net.Ntk(), Map(X, (v, j) => v + j + 1), Y, Plain with { Center = true });
        Near(here.Predict(New).Mean, there.Predict(Map(New, (v, j) => v + j + 1)).Mean);
    }

    [Fact]
    public void A_zero_row_stays_zero()
    {
        var zero = Matrix.Wrap(new double[4], 1, 4);
        var scaled = KernelRegression.Fit(Net.Ntk(), X, Y, Plain with { Unit = true });
        Near(KernelRegression.Fit(Net.Ntk(), Scaled(X), Y, Plain).Predict(zero).Mean, scaled.Predict(zero).Mean);
    }

    [Fact]
    public void A_zero_row_among_the_training_rows_stays_zero()
    {
        var x = new Matrix(X.ToArray());
        x.Data.AsSpan(8, 4).Clear();
        var scaled = KernelRegression.Fit(Net.Ntk(), x, Y, Plain with { Unit = true });
        Near(KernelRegression.Fit(Net.Ntk(), Scaled(x), Y, Plain).Predict(Scaled(New)).Mean, scaled.Predict(New).Mean);
    }

    [Fact]
    public void The_rows_that_were_given_are_left_as_they_were()
    {
        var (x, fresh) = (new Matrix(X.ToArray()), new Matrix(New.ToArray()));
        KernelRegression.Fit(Net.Ntk(), x, Y, Plain with { Center = true, Unit = true }).Predict(fresh);
        Samples.SameBits(X, x);
        Samples.SameBits(New, fresh);
    }

    [Fact]
    public void A_classifier_prepares_rows_alike()
    {
        var options = Plain with { Center = true, Unit = true };
        long[] labels = [.. Enumerable.Range(0, 30).Select(i => X[i, 0] > Mean[0] ? 1L : 0L)];
        var scores = KernelClassifier.Fit(Net.Ntk(), X, labels, options).Predict(New).Scores;
        Near(KernelClassifier.Fit(Net.Ntk(), Scaled(Centered(X)), labels, Plain).Predict(Scaled(Centered(New))).Scores, scores);
    }

    private static void SameModel(RegressionOptions options, Func<Matrix, Matrix> prepare)
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, options).Predict(New, Uncertainty.Deviation);
        var byHand = KernelRegression.Fit(Net.Ntk(), prepare(X), Y, Plain).Predict(prepare(New), Uncertainty.Deviation);
        Near(byHand.Mean, fitted.Mean);
        for (var i = 0; i < New.Rows; i++)
        {
            Assert.Equal(byHand.Deviation![i], fitted.Deviation![i], 1e-10);
        }
    }

    private static Matrix Centered(Matrix m) => Map(m, (v, j) => v - Mean[j]);

    private static Matrix Scaled(Matrix m)
    {
        var norms = Enumerable.Range(0, m.Rows).Select(i => Math.Sqrt(m.Row(i).ToArray().Sum(v => v * v))).ToArray();
        return Matrix.Wrap([.. m.Data.Select((v, t) => v == 0 ? 0 : v / norms[t / m.Columns])], m.Rows, m.Columns);
    }

    private static Matrix Map(Matrix m, Func<double, int, double> f) =>
        Matrix.Wrap([.. m.Data.Select((v, t) => f(v, t % m.Columns))], m.Rows, m.Columns);

    private static void Near(Matrix expected, Matrix actual) =>
        Assert.InRange(Samples.Worst(expected, actual), 0, 1e-10 * Samples.Size(expected));
}
