using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>The libraries for dense linear algebra that this machine has.</summary>
internal static class DenseLibraries
{
    /// <summary>The order from which a LAPACK factorises sooner than we do.</summary>
    internal const int LargeOrder = 2048;

    /// <summary>Our own: everywhere; eigenvalues for moderate n only.</summary>
    internal static DenseLibrary Own { get; } = new(
        "own",
        $"own: blocked, on all threads, the same bits whatever their number; eigenvalues by MathNet up to n = {OwnAlgebra.LargestEigen}",
        new OwnAlgebra(),
        new WidenedAlgebra(new OwnAlgebra()));

    /// <summary>A LAPACK where one is found and computes rightly, else our own.</summary>
    internal static DenseLibrary Default => TryFindNative(out var native, out _) ? native : Own;

    /// <summary>Who factorises a matrix of order n soonest: our own below 2048, where it was measured to be as fast as dpotrf, and the default from there.</summary>
    /// <param name="n">The order.</param>
    internal static DenseLibrary ForOrder(int n) => n < LargeOrder ? Own : Default;

    /// <summary>The first LAPACK of this machine that loads and computes rightly; searched for once.</summary>
    /// <param name="native">What was found, or null.</param>
    /// <param name="reason">Why nothing was found, or empty.</param>
    internal static bool TryFindNative([NotNullWhen(true)] out DenseLibrary? native, out string reason) =>
        LapackSearch.TryFind(out native, out reason);
}
