using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// One tile of inner products, cut so that a group of panels of Y stays in the first-level cache while a block of rows
/// of X passes by, and the block in the second-level cache while all panels of the tile do.
/// </summary>
internal readonly unsafe ref struct PanelTile<V, T>(
    T* x, nint height, RowPanels<V, T> panels, nint column, nint width, T* c, nint stride)
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    private const int Height = TileKernel<V, T>.Height;
    private const nint GroupBytes = 16 << 10;
    private const nint BlockBytes = 192 << 10;

    private static nint Width => RowPanels<V, T>.Width;

    /// <summary>Adds the terms k, ..., k + depth - 1 of every entry; the first chain is assigned.</summary>
    /// <param name="k">The first term, a multiple of <see cref="Blocking.Depth"/>.</param>
    /// <param name="depth">The number of terms.</param>
    /// <param name="xStride">From a row of X to the next.</param>
    internal void AddChain(nint k, nint depth, nint xStride)
    {
        var block = nint.Max(1, BlockBytes / (depth * sizeof(T) * Height)) * Height;
        for (nint i = 0; i < height; i += block)
        {
            RunBlock(i, nint.Min(height, i + block), k, depth, xStride);
        }
    }

    private void RunBlock(nint top, nint bottom, nint k, nint depth, nint xStride)
    {
        var (first, end) = (column / Width, Blocking.Count(column + width, Width));
        var group = nint.Max(1, GroupBytes / (depth * sizeof(T) * Width));
        for (var p = first; p < end; p += group)
        {
            RunGroup(top, bottom, p, nint.Min(end, p + group), k, depth, xStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunGroup(nint top, nint bottom, nint first, nint end, nint k, nint depth, nint xStride)
    {
        var room = Blocking.RoundUp(width, InnerProducts<T>.Unit);
        for (var i = top; i < bottom; i += Height)
        {
            var rows = nint.Min(Height, bottom - i);
            var from = x + i * xStride + k;
            for (var p = first; p < end; p++)
            {
                var j = p * Width - column;
                if (j >= 0 && j + Width <= room)
                {
                    TileKernel<V, T>.Run(
                        depth, from, xStride, rows, panels.At(p, k), c + i * stride + j, stride, k > 0);
                }
                else
                {
                    RunEdge(depth, from, xStride, rows, panels.At(p, k), c + i * stride, j, k > 0);
                }
            }
        }
    }

    private void RunEdge(nint depth, T* from, nint xStride, nint rows, T* panel, T* line, nint j, bool add)
    {
        var sums = stackalloc T[Height * 2 * V.Count];
        var (left, right) = (nint.Max(0, -j), nint.Min(Width, width - j));
        Copy(line + j + left, stride, sums + left, Width, rows, right - left);
        TileKernel<V, T>.Run(depth, from, xStride, rows, panel, sums, Width, add);
        Copy(sums + left, Width, line + j + left, stride, rows, right - left);
    }

    private static void Copy(T* from, nint fromStride, T* to, nint toStride, nint rows, nint count)
    {
        for (nint r = 0; r < rows; r++)
        {
            new Span<T>(from + r * fromStride, (int)count).CopyTo(new Span<T>(to + r * toStride, (int)count));
        }
    }
}
