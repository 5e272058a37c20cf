using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Arguments and memory are checked, and work can be stopped, before and after a kernel is computed.</summary>
public class EarlyRefusals
{
    private static readonly Matrix X = Samples.Random(6, 3, 1);

    [Fact]
    public void Labels_and_memory_of_a_support_vector_machine_are_checked_before_its_kernel()
    {
        var kernel = new Watched(() => throw new InvalidTimeZoneException());
        string Said(Matrix x, long[] labels) =>
            Assert.Throws<ArgumentException>(() => SupportVectorMachine.Fit(kernel, x, labels)).Message;
        Assert.Contains("6 samples; there are 2", Said(X, [1, 2]));
        Assert.Contains("there is 1", Said(X, [1, 1, 1, 1, 1, 1]));
        var many = Matrix.Wrap(new double[2_000_000], 2_000_000, 1);
        Assert.Contains("of memory", Said(many, [.. Enumerable.Range(0, many.Rows).Select(i => i % 2L)]));
    }

    [Fact]
    public void A_covariance_that_does_not_fit_into_memory_is_refused()
    {
        var model = KernelRegression.Fit(Network.Parse("dense relu dense").Ntk(), X, Samples.Random(6, 1, 2));
        var many = Matrix.Wrap(new double[3 * 400_000], 400_000, 3);
        Assert.Contains(
            "A covariance of 400000 samples needs", Assert.Throws<ArgumentException>(() => model.Predict(many, Uncertainty.Covariance)).Message);
    }

    [Fact]
    public void Dynamics_at_points_can_be_stopped_after_their_kernels()
    {
        using var stop = new CancellationTokenSource();
        var dynamics = TrainingDynamics.Create(new Watched(() => { }, stop.Cancel), X, Samples.Random(6, 1, 2));
        Assert.ThrowsAny<OperationCanceledException>(() => dynamics.At(Samples.Random(4, 3, 3), stop.Token));
    }

    [Fact]
    public void Labels_that_are_numbers_of_too_many_kinds_are_refused()
    {
        foreach (var count in new[] { 50_000, 65_536 })
        {
            long[] labels = [.. Enumerable.Range(0, count).Select(i => (long)i)];
            var said = Assert.Throws<ArgumentException>(() => OneHot.Targets(labels, labels)).Message;
            Assert.Contains($"{count} x {count}", said);
            Assert.Contains("Give labels of fewer classes", said);
        }
    }

    // x·x′ + 1 at i = j, and what is done before a Gram matrix and after kernels of two sets.
    private sealed class Watched(Action before, Action? after = null) : RowKernel
    {
        public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
        {
            before();
            var gram = MatrixProducts.TimesTranspose(x, x, Workers.All);
            MatrixProducts.AddToDiagonal(gram, 1);
            return gram;
        }

        public override Matrix Cross(
            Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default)
        {
            var cross = MatrixProducts.TimesTranspose(x, other, Workers.All);
            after?.Invoke();
            return cross;
        }

        public override double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
            [.. Enumerable.Range(0, x.Rows).Select(i => 1 + RowProducts.Dot(x.Row(i), x.Row(i)))];
    }
}
