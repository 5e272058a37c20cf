namespace HadamardNtk;

/// <summary>
/// The values that a segment leaves, at all pairs of positions of a grid, for a vector of samples. The values of one
/// offset are side by side, as slices read them.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class SliceKept<T> : IDisposable
    where T : unmanaged
{
    private readonly SliceGrid _grid;
    private readonly int _lanes;
    private readonly nint[] _starts;
    private readonly NativeBuffer<T> _values;

    internal SliceKept(SliceGrid grid, int lanes)
    {
        (_grid, _lanes) = (grid, lanes);
        _starts = new nint[(2 * grid.Height - 1) * (2 * grid.Width - 1)];
        nint count = 0;
        foreach (var offset in grid.Offsets())
        {
            var area = grid.Area(offset);
            _starts[grid.Index(offset)] = count - (nint)area.Top * area.Width - area.Left;
            count += area.Height * area.Width;
        }

        _values = new NativeBuffer<T>(count * lanes);
    }

    /// <summary>The grid.</summary>
    internal SliceGrid Grid => _grid;

    /// <summary>The values at one offset.</summary>
    internal SliceView<T> At(SliceOffset offset) =>
        new((nint)(_values.Start + _starts[_grid.Index(offset)] * _lanes), _grid.Area(offset).Width);

    /// <summary>Sets all values to zero.</summary>
    internal void Clear()
    {
        for (nint k = 0; k < _values.Length; k += 1 << 30)
        {
            new Span<T>(_values.Start + k, (int)nint.Min(_values.Length - k, 1 << 30)).Clear();
        }
    }

    public void Dispose() => _values.Dispose();
}
