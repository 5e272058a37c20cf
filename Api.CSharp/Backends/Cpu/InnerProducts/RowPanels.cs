using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// The rows of Y (n x d), rounded to <typeparamref name="T"/>, as the kernel reads them. Panel p holds the rows
/// p·W, ..., p·W + W - 1 as panel[k·W + r] = Y[p·W + r, k]. The last panel is filled up with zero rows.
/// </summary>
internal sealed unsafe class RowPanels<V, T> : IDisposable
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    private const int Stretch = 64;
    private const int Little = 1 << 15;
    private readonly NativeBuffer<T> _room;
    private readonly nint _depth;

    /// <summary>Packs <paramref name="y"/>, on several threads.</summary>
    /// <param name="y">Y, (n x d).</param>
    /// <param name="workers">The threads.</param>
    private RowPanels(Matrix y, Workers workers)
    {
        (_depth, Rows) = (y.Columns, y);
        var count = Blocking.Count(y.Rows, Width);
        _room = new NativeBuffer<T>(count * Width * _depth, clear: false);
        // A small matrix is packed before another thread would have started.
        (y.Data.Length < Little ? workers with { Threads = 1 } : workers).For(count, p => Pack(y, p));
    }

    /// <summary>Packs <paramref name="y"/>, or takes what is kept with it where it is prepared.</summary>
    /// <param name="y">Y, (n x d).</param>
    /// <param name="workers">The threads.</param>
    /// <param name="prepared">Y where it is prepared for many X, or null.</param>
    internal static RowPanels<V, T> Of(Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        prepared?.Get(typeof(RowPanels<V, T>), () => new RowPanels<V, T>(y, workers) { AreKept = true })
        ?? new RowPanels<V, T>(y, workers);

    /// <summary>Y itself.</summary>
    internal Matrix Rows { get; }

    /// <summary>Whether prepared samples keep the panels.</summary>
    internal bool AreKept { get; private init; }

    /// <summary>The number of rows of a panel, W.</summary>
    internal static nint Width => TileKernel<V, T>.Width;

    /// <summary>The address of the columns k, k + 1, ... of panel <paramref name="p"/>.</summary>
    /// <param name="p">The panel, from 0.</param>
    /// <param name="k">The first column.</param>
    internal T* At(nint p, nint k) => _room.Start + (p * _depth + k) * Width;

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _room.Dispose();

    private void Pack(Matrix y, nint p)
    {
        var rows = nint.Min(Width, y.Rows - p * Width);
        if (rows < Width)
        {
            new Span<T>(At(p, 0), (int)(Width * _depth)).Clear();
        }

        fixed (double* first = y.Data)
        {
            for (nint k = 0; k < _depth; k += Stretch)
            {
                Scatter(first + p * Width * _depth + k, _depth, rows, nint.Min(Stretch, _depth - k), At(p, k));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(double* from, nint stride, nint rows, nint depth, T* to)
    {
        for (nint r = 0; r < rows; r++, from += stride, to++)
        {
            for (nint k = 0; k < depth; k++)
            {
                to[k * Width] = V.Rounded(from[k]);
            }
        }
    }
}
