using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>
/// One tile of inner products. It is divided so that a group of panels of Y stays in the first-level cache during the
/// loop over a block of rows of X, and that block in the second-level cache during the loop over all panels of the
/// tile.
/// </summary>
/// <param name="x">The first row of X.</param>
/// <param name="xStride">The distance, in numbers, from a row of X to the next.</param>
/// <param name="height">The number of rows of the tile.</param>
/// <param name="panels">The packed rows of Y.</param>
/// <param name="column">The first row of Y.</param>
/// <param name="width">The number of columns of the tile.</param>
/// <param name="c">The output. The columns from width up to the next multiple of 16 may be overwritten.</param>
/// <param name="stride">The distance, in numbers, from a row of the output to the next.</param>
internal readonly unsafe ref struct PanelTile<V, T>(
    T* x, nint xStride, nint height, RowPanels<V, T> panels, nint column, nint width, T* c, nint stride)
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>
    /// A last chain of at most this length is added with the one before, while the sums are in cache.
    /// </summary>
    internal const int ShortChain = 64;

    private const int Height = TileKernel<V, T>.Height;
    private const nint GroupBytes = 16 << 10;
    private const nint BlockBytes = 192 << 10;

    private static nint Width => RowPanels<V, T>.Width;

    /// <summary>
    /// Adds the terms k, ..., k + depth - 1 of every entry: one chain, and perhaps a short last one. The chain from k =
    /// 0 is assigned.
    /// </summary>
    /// <param name="k">The first term, a multiple of <see cref="Blocking.Depth"/>.</param>
    /// <param name="depth">
    /// The number of terms, at most <see cref="Blocking.Depth"/> + <see cref="ShortChain"/>.
    /// </param>
    internal void Add(nint k, nint depth)
    {
        var block = nint.Max(1, BlockBytes / (depth * sizeof(T) * Height)) * Height;
        for (nint i = 0; i < height; i += block)
        {
            AddBlock(i, nint.Min(height, i + block), k, depth);
        }
    }

    private void AddBlock(nint top, nint bottom, nint k, nint depth)
    {
        var end = Blocking.Count(column + width, Width);
        var group = nint.Max(1, GroupBytes / (depth * sizeof(T) * Width));
        for (var p = column / Width; p < end; p += group)
        {
            AddGroup(top, bottom, p, nint.Min(end, p + group), k, depth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGroup(nint top, nint bottom, nint first, nint end, nint k, nint depth)
    {
        var room = Blocking.RoundUp(width, InnerProducts<T>.Unit);
        for (var i = top; i < bottom; i += Height)
        {
            var rows = nint.Min(Height, bottom - i);
            for (var p = first; p < end; p++)
            {
                var j = p * Width - column;
                if (j >= 0 && j + Width <= room)
                {
                    Expect(c + i * stride + j, rows);
                    Run(i, rows, p, k, depth, c + i * stride + j, stride);
                }
                else
                {
                    RunEdge(i, rows, p, k, depth);
                }
            }
        }
    }

    /// <summary>Prefetches the sums to which the kernel will add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Expect(T* sums, nint rows)
    {
        for (nint r = 0; Sse.IsSupported && r < rows; r++)
        {
            Sse.Prefetch0(sums + r * stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Run(nint i, nint rows, nint p, nint k, nint depth, T* to, nint toStride)
    {
        var from = x + i * xStride + k;
        var chain = nint.Min(depth, Blocking.Depth);
        TileKernel<V, T>.Run(chain, from, xStride, rows, panels.At(p, k), to, toStride, k > 0);
        if (depth > chain)
        {
            TileKernel<V, T>.Run(
                depth - chain, from + chain, xStride, rows, panels.At(p, k + chain), to, toStride, true);
        }
    }

    /// <summary>Computes a panel that is partly outside the tile in a small buffer of its own.</summary>
    private void RunEdge(nint i, nint rows, nint p, nint k, nint depth)
    {
        var sums = stackalloc T[Height * 2 * V.Count];
        var line = c + i * stride + p * Width - column;
        var left = nint.Max(0, column - p * Width);
        var count = nint.Min(Width, column + width - p * Width) - left;
        Copy(line + left, stride, sums + left, Width, rows, count);
        Run(i, rows, p, k, depth, sums, Width);
        Copy(sums + left, Width, line + left, stride, rows, count);
    }

    private static void Copy(T* from, nint fromStride, T* to, nint toStride, nint rows, nint count)
    {
        for (nint r = 0; r < rows; r++)
        {
            new Span<T>(from + r * fromStride, (int)count).CopyTo(new Span<T>(to + r * toStride, (int)count));
        }
    }
}
