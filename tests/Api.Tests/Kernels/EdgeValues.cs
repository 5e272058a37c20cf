using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Values at the ends of what functions accept.</summary>
public class EdgeValues
{
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    public void Constant_matrices_are_nothing_without_their_mean(int n)
    {
        Matrix Constant(double value) => Matrix.Wrap([.. Enumerable.Repeat(value, n * n)], n, n);
        Assert.Equal(0, KernelSimilarity.CenteredAlignment(Constant(0.1), Constant(0.2)));
        var x = Samples.Random(n, 3, 1);
        var gram = Network.Parse("dense relu dense").Ntk().Gram(x);
        Assert.Equal(0, KernelSimilarity.CenteredAlignment(Constant(0.1), gram));
        Assert.Equal(1, KernelSimilarity.CenteredAlignment(gram, gram), 1e-14);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_limit_that_is_not_finite_is_no_limit(double entry)
    {
        var average = KernelAverage.Of([1, 2, 3], seed => Samples.Random(2, 2, (int)seed));
        var limit = Matrix.Wrap([1, 2, entry, 3], 2, 2);
        Assert.Contains("entry (1, 0)", Assert.Throws<ArgumentException>(() => average.Deviation(limit)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_does_not_change_with_the_callers_list()
    {
        var stride = new List<int> { 2, 1 };
        var window = new Window(3) { Stride = stride };
        stride[0] = 7;
        Assert.Equal([2, 1], window.Stride);
    }

    [Fact]
    public void A_backend_whose_factory_fails_is_not_there_and_says_why()
    {
        static bool Fails([NotNullWhen(true)] out IKernelBackend? backend, out string reason) =>
            throw new DllNotFoundException("no such library");

        BackendRegistry.Register("fails-to-load", Fails);
        Assert.False(BackendRegistry.TryFind("fails-to-load", out _, out var reason));
        Assert.Contains("no such library", reason, StringComparison.Ordinal);
        Assert.NotEmpty(Backends.All);
    }

    [Fact]
    public void More_leading_eigenvalues_than_our_own_library_finds_are_refused_before_the_work()
    {
        Assert.SkipWhen(DenseLibraries.TryFindNative(out _, out _), "This machine has a LAPACK, which finds any number.");
        var x = Samples.Random(3000, 2, 1);
        var error = Assert.Throws<NotSupportedException>(() => Spectrum.Leading(Network.Parse("dense").Ntk(), x, 1400));
        Assert.Contains("install", error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
