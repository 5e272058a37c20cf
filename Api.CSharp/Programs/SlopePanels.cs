using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The Hermite coefficients of a function and its derivative at every sample's variance, from which one pass computes
/// both series: panels of A_k = a_k/√q, and √q and E f(u) of each sample.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class SlopePanels<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _moments;
    private readonly nint _padded;

    /// <param name="value">The function.</param>
    /// <param name="slope">The derivative.</param>
    /// <param name="tables">The table of each sample. It is called once for each of them.</param>
    /// <param name="samples">The number of samples.</param>
    /// <param name="lanes">The number of samples of a panel.</param>
    /// <param name="workers">The threads for the work.</param>
    internal SlopePanels(
        ScalarFunction value,
        ScalarFunction slope,
        Func<int, SlopeTable> tables,
        int samples,
        int lanes,
        Workers workers)
    {
        HasMeans = !value.Parity.IsOdd;
        _padded = (nint)(samples + HermitePanels<T>.Width - 1) / HermitePanels<T>.Width * HermitePanels<T>.Width;
        _moments = new NativeBuffer<T>(2 * _padded);
        Panels = new(
            slope,
            i =>
            {
                var table = tables(i);
                (*Root(i), *Mean(i)) = (T.CreateTruncating(table.Root), T.CreateTruncating(table.Mean));
                return table.Table!;
            },
            samples,
            lanes,
            workers);
    }

    /// <summary>The coefficients, numbered like those of the derivative: A_1, A_2, ...</summary>
    internal HermitePanels<T> Panels { get; }

    /// <summary>Whether E f(u) may differ from 0.</summary>
    internal bool HasMeans { get; }

    /// <summary>The address of √q of sample <paramref name="i"/>.</summary>
    internal T* Root(int i) => _moments.Start + i;

    /// <summary>The address of E f(u) of sample <paramref name="i"/>.</summary>
    internal T* Mean(int i) => _moments.Start + _padded + i;

    public void Dispose()
    {
        Panels.Dispose();
        _moments.Dispose();
    }
}
