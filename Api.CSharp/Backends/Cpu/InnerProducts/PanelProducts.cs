using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Our own inner products: rows of X as they are, panels of Y packed once. The meaning of a sum is that of
/// <see cref="RowProducts"/>: chains of 256 fused multiply-adds from zero, added in order; so an entry depends on its
/// two rows alone, and that of (a, b) is that of (b, a), to the last bit.
/// </summary>
/// <remarks>
/// The error of an entry is at most (256 + d / 256)·ε·Σ|x[k]·y[k]| to first order, ε = 2⁻⁵³ or 2⁻²⁴, on top of the
/// rounding of X and Y to <typeparamref name="T"/>.
/// </remarks>
internal sealed unsafe class PanelProducts<V, T>(T[] x, Matrix xShape, Matrix y, Workers workers)
    : InnerProducts<T>(xShape, y)
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    private readonly RowPanels<V, T> _panels = new(y, workers);
    private readonly nint _depth = y.Columns;

    public override void Dispose() => _panels.Dispose();

    private protected override void Multiply(int row, int height, int column, int width, T* c, nint stride)
    {
        fixed (T* first = x)
        {
            var tile = new PanelTile<V, T>(first + row * _depth, height, _panels, column, width, c, stride);
            for (nint k = 0; k < _depth; k += Blocking.Depth)
            {
                tile.AddChain(k, nint.Min(Blocking.Depth, _depth - k), _depth);
            }
        }

        GC.KeepAlive(this);
    }
}
