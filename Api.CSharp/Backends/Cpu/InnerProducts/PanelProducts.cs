namespace HadamardNtk;

/// <summary>
/// Our own inner products, of rows of X as they are with panels of Y that are packed once. A sum is defined as in
/// <see cref="RowProducts"/>: chains of 256 fused multiply-adds from zero are added in order. Hence the bits of an
/// entry depend on its two rows alone, and the entries of (a, b) and (b, a) are equal to the last bit.
/// </summary>
/// <remarks>
/// The error of an entry is at most (256 + d / 256)·ε·Σ|x[k]·y[k]| to first order, ε = 2⁻⁵³ or 2⁻²⁴, on top of the
/// rounding of X and Y to <typeparamref name="T"/>.
/// </remarks>
/// <param name="x">X in <typeparamref name="T"/>, row by row.</param>
/// <param name="shape">X, for its shape.</param>
/// <param name="panels">Y, (n x d).</param>
internal sealed unsafe class PanelProducts<V, T>(T[] x, Matrix shape, RowPanels<V, T> panels)
    : InnerProducts<T>(shape, panels.Rows)
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    private readonly nint _depth = shape.Columns;

    // Prepared samples keep their panels, which the finalizer frees.
    public override void Dispose()
    {
        if (!panels.AreKept)
        {
            panels.Dispose();
        }
    }

    private protected override void Multiply(int row, int height, int column, int width, T* c, nint stride)
    {
        fixed (T* first = x)
        {
            var tile = new PanelTile<V, T>(first + row * _depth, _depth, height, panels, column, width, c, stride);
            for (nint k = 0; k < _depth; k += Terms(k))
            {
                tile.Add(k, Terms(k));
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>The number of terms to add at once from k on: a chain, or a chain and a short last one.</summary>
    private nint Terms(nint k) =>
        _depth - k <= Blocking.Depth + PanelTile<V, T>.ShortChain ? _depth - k : Blocking.Depth;
}
