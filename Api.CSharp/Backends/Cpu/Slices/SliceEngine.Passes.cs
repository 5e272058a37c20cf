using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal sealed unsafe partial class SliceEngine<F, V, T>
{
    // A cyclic slice is computed as up to four slices whose positions are rectangles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(SegmentMemory<F, V, T> segment, int number)
    {
        var pass = segment.Plan.Passes[number];
        var isCyclic = segment.Plan.Places[pass.Place].Cycle is not null;
        var strips = _isSelf ? segment.Selves(number) : segment.Pairs[number];
        var slots = Array.ConvertAll(pass.Slots, s => segment.Slots[s]);
        for (var part = 0; part < (isCyclic ? Parts : 1); part++)
        {
            Run(segment, pass, strips, part, pass.Grid.Part(segment.Places[pass.Place], part), slots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(
        SegmentMemory<F, V, T> segment,
        SlicePassPlan pass,
        SliceStrips<F, V, T> strips,
        int part,
        SliceOffset on,
        ReadOnlySpan<SliceView<T>> slots)
    {
        var area = pass.Grid.Area(on);
        if (area.IsEmpty)
        {
            return;
        }

        var results = Inputs + pass.Inputs.Length;
        Array.Fill(_tags, int.MinValue);
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var k = 0; k < pass.Inputs.Length; k++)
            {
                Inputs[k] = Input(segment, pass.Inputs[k], k, part, area, y);
            }

            for (var r = 0; r < slots.Length; r++)
            {
                results[r] = slots[r].At(y, area.Left, V.Count);
            }

            var at = y * pass.Grid.Width + area.Left;
            strips.Run(Inputs, results, Line(pass, at, at + on.Down * pass.Grid.Width + on.Right, area.Width));
        }
    }

    private SliceLine<T> Line(SlicePassPlan pass, int at, int other, int positions)
    {
        var (row, column) = (pass.Values + at, pass.Values + other);
        return new(
            (nint)(_isSelf ? _values + (nint)row * V.Count : _rowValues.Start + row),
            _isSelf ? (nint)pass.Grid.Count * V.Count : pass.Grid.Count,
            _isSelf ? V.Count : 1,
            (nint)(_values + (nint)column * V.Count),
            (nint)pass.Grid.Count * V.Count,
            positions,
            at,
            other,
            _isSelf ? _tables : _rowTables,
            _tables);
    }

    // The address of an input's values along a row, which are those of its slot or sums over windows.
    private T* Input(
        SegmentMemory<F, V, T> segment, SliceOperand input, int k, int part, SliceArea area, int y)
    {
        var slot = input.Slots[input.Slots.Length == 1 ? 0 : part];
        if (input.Windows is not { } windows)
        {
            return segment.Slots[slot].At(y, area.Left, V.Count);
        }

        var place = segment.Plan.Slots[slot].Place;
        var there = segment.Plan.Places[place].Cycle is null ? input.Grid.Area(segment.Places[place]) : input.Grid.All;
        var sums = _lines.Start + (nint)k * (_ring + 1) * _line;
        var rows = Inputs + _addresses.Length - _ring;
        var count = 0;
        var start = y * windows.Down.Stride - windows.Down.Before;
        for (var d = 0; d < windows.Down.Size; d++)
        {
            var from = windows.Down.At(start + d);
            if (from < there.Top || from >= there.Bottom)
            {
                continue;
            }

            // Rows of the other edge have another line than the same rows as a window's own.
            var tag = start + d;
            var ring = ((tag % input.Rows) + input.Rows) % input.Rows;
            var line = sums + (nint)(ring + 1) * _line;
            if (_tags[k * _ring + ring] != tag)
            {
                WindowSums<V, T>.Along(
                    segment.Slots[slot].At(from, 0, V.Count),
                    there.Left, there.Right, windows.Right, area.Left, area.Right, line);
                _tags[k * _ring + ring] = tag;
            }

            rows[count++] = line;
        }

        if (count == 1)
        {
            return rows[0];
        }

        WindowSums<V, T>.Across(rows, there.IsEmpty ? 0 : count, (nint)area.Width * V.Count, sums);
        return sums;
    }
}
