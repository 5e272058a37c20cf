using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>A library for inner products: our own kernels, or a BLAS of this machine.</summary>
internal abstract class ProductLibrary
{
    private static readonly Lazy<(ProductLibrary? Library, string Reason)> Native =
        new(() => BlasSearch.TryFind(out var found, out var reason) ? (new BlasLibrary(found), "") : (null, reason));

    private protected ProductLibrary()
    {
    }

    /// <summary>Our own kernels, which run on every machine with the same bits.</summary>
    internal static ProductLibrary Own { get; } = new OwnLibrary();

    /// <summary>One word: own, openblas, mkl or accelerate.</summary>
    internal abstract string Name { get; }

    /// <summary>One line: its full name, its version and its configuration.</summary>
    internal abstract string Description { get; }

    /// <summary>The first BLAS of this machine that loads and computes correctly. The search runs once.</summary>
    /// <param name="library">The library, or null.</param>
    /// <param name="reason">The reason why none was found, or empty.</param>
    internal static bool TryFindNative([NotNullWhen(true)] out ProductLibrary? library, out string reason)
    {
        (library, reason) = Native.Value;
        return library is not null;
    }

    /// <summary>Prepares products in float32.</summary>
    /// <param name="x">X, (m x d).</param>
    /// <param name="y">Y, (n x d), which may be X.</param>
    /// <param name="workers">The threads for the preparation.</param>
    /// <param name="prepared">Y where it is prepared for many X, or null.</param>
    internal abstract InnerProducts<float> Single(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null);

    /// <summary>Prepares products in float64.</summary>
    /// <param name="x">X, (m x d).</param>
    /// <param name="y">Y, (n x d), which may be X.</param>
    /// <param name="workers">The threads for the preparation.</param>
    /// <param name="prepared">Y where it is prepared for many X, or null.</param>
    internal abstract InnerProducts<double> Double(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null);
}
