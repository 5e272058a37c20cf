using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>The libraries for dense linear algebra that this machine has.</summary>
internal static class DenseLibraries
{
    /// <summary>The order from which a LAPACK factorizes faster than our own library.</summary>
    internal const int LargeOrder = 2048;

    /// <summary>Our own library, which runs on every machine. It finds eigenvalues for moderate n only.</summary>
    internal static DenseLibrary Own { get; } = new(
        "own",
        "own: blocked, on all threads, the same bits whatever their number; "
            + $"eigenvalues by MathNet up to n = {OwnAlgebra.LargestEigen}",
        new OwnAlgebra(),
        new WidenedAlgebra(new OwnAlgebra()));

    /// <summary>A LAPACK if one is found and computes correctly, else our own library.</summary>
    internal static DenseLibrary Default => TryFindNative(out var native, out _) ? native : Own;

    /// <summary>
    /// The fastest library for the factorization of a matrix of order n: our own below 2048, where it was measured to
    /// be as fast as dpotrf, else the default.
    /// </summary>
    /// <param name="n">The order.</param>
    internal static DenseLibrary ForOrder(int n) => n < LargeOrder ? Own : Default;

    /// <summary>The first LAPACK of this machine that loads and computes correctly. The search runs once.</summary>
    /// <param name="native">The library, or null.</param>
    /// <param name="reason">The reason why none was found, or empty.</param>
    internal static bool TryFindNative([NotNullWhen(true)] out DenseLibrary? native, out string reason) =>
        LapackSearch.TryFind(out native, out reason);
}
