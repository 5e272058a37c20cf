using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>A large decomposition answers a cancellation at once, and its late result is dropped.</summary>
public class DroppedEigenvalues
{
    [Fact]
    public async Task A_cancellation_in_the_middle_is_answered_before_the_library_ends()
    {
        using var stop = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var ended = new TaskCompletionSource();
        var library = new DenseLibrary("slow", "a library that is canceled in the middle", new Slow(() =>
        {
            stop.Cancel();
            gate.Wait();
            ended.SetResult();
        }), null!);
        var workers = new Workers(1, stop.Token);
        Assert.Throws<OperationCanceledException>(() => SymmetricEigen.Decompose(Identity(600), workers, library));
        Assert.False(ended.Task.IsCompleted);
        gate.Set();
        await ended.Task;
    }

    [Fact]
    public void Without_a_cancellation_the_result_and_the_failure_are_those_of_the_library()
    {
        using var stop = new CancellationTokenSource();
        var workers = new Workers(1, stop.Token);
        var pairs = SymmetricEigen.Decompose(Identity(600), workers, DenseLibraries.Own);
        Assert.All(pairs.Values, value => Assert.Equal(1, value));
        var failing = new DenseLibrary("failing", "", new Slow(() => throw new ArithmeticException("no eigenvalues")), null!);
        Assert.Equal("no eigenvalues", Assert.Throws<ArithmeticException>(() => SymmetricEigen.Decompose(Identity(600), workers, failing)).Message);
    }

    private static Matrix Identity(int order)
    {
        var identity = Matrix.Wrap(new double[order * order], order, order);
        MatrixProducts.AddToDiagonal(identity, 1);
        return identity;
    }

    private sealed class Slow(Action middle) : DenseAlgebra<double>
    {
        internal override bool TryFactor(MatrixView<double> a, Workers workers, IProgress<double>? progress, out FailingMinor failure) =>
            throw new NotSupportedException();

        internal override void Solve(MatrixView<double> l, MatrixView<double> b, Workers workers) => throw new NotSupportedException();

        internal override void Multiply(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Workers workers) =>
            throw new NotSupportedException();

        private protected override (double[] Values, double[] Vectors) DecomposeChecked(double[] a, int n, int leading, Workers workers)
        {
            middle();
            return ([], []);
        }
    }
}
