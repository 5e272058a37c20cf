using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>Who multiplies: our own kernels, or a BLAS found on this machine. A closed set.</summary>
internal abstract class ProductLibrary
{
    private static readonly Lazy<(ProductLibrary? Library, string Reason)> Native =
        new(() => BlasSearch.TryFind(out var found, out var reason) ? (new BlasLibrary(found), "") : (null, reason));

    private protected ProductLibrary()
    {
    }

    /// <summary>Our own kernels: everywhere, and the same bits everywhere.</summary>
    internal static ProductLibrary Own { get; } = new OwnLibrary();

    /// <summary>One word: own, openblas, mkl or accelerate.</summary>
    internal abstract string Name { get; }

    /// <summary>One line: what it is, its version and configuration.</summary>
    internal abstract string Description { get; }

    /// <summary>The first BLAS of this machine that loads and computes rightly; searched for once.</summary>
    /// <param name="library">What was found, or null.</param>
    /// <param name="reason">Why nothing was found, or empty.</param>
    internal static bool TryFindNative([NotNullWhen(true)] out ProductLibrary? library, out string reason)
    {
        (library, reason) = Native.Value;
        return library is not null;
    }

    /// <summary>Prepares products in float32.</summary>
    /// <param name="x">X, (m x d).</param>
    /// <param name="y">Y, (n x d), maybe X.</param>
    /// <param name="workers">Threads for the preparation.</param>
    internal abstract InnerProducts<float> Single(Matrix x, Matrix y, Workers workers);

    /// <summary>Prepares products in float64.</summary>
    /// <param name="x">X, (m x d).</param>
    /// <param name="y">Y, (n x d), maybe X.</param>
    /// <param name="workers">Threads for the preparation.</param>
    internal abstract InnerProducts<double> Double(Matrix x, Matrix y, Workers workers);
}
