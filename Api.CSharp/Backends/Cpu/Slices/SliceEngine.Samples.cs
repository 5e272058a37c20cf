using HadamardNtk.Core;

namespace HadamardNtk;

internal sealed unsafe partial class SliceEngine<F, V, T>
{
    // The values at the positions of the present block's samples, by the instruction of samples, and those that pairs
    // have at equal positions of a sample with itself, by the instruction of pairs.
    private readonly Dictionary<int, double[]> _known = [];
    private readonly Dictionary<int, double[]> _selves = [];
    private SliceSamples<T>? _samples;
    private int _block;

    /// <inheritdoc/>
    internal override void Prepare(SliceSamples<T> samples, int block, bool whole)
    {
        (_samples, _block) = (samples, block);
        _features = samples.Features(block);
        _values = samples.Values(block);
        _tables = samples.Tables(block);
        _isSelf = true;
        _known.Clear();
        _selves.Clear();
        for (var s = 0; s < _segments.Length && (whole || s <= _program.LastWithSamples); s++)
        {
            SliceSelves(_segments[s]);
            if (whole || s < _program.LastWithSamples)
            {
                Run(_segments[s]);
            }
        }

        if (whole)
        {
            Result(samples.Selves.AsSpan(block * V.Count, V.Count));
        }
    }

    // Equal positions come first, because their values are those of the samples at all pairs of positions.
    private void SliceSelves(SegmentMemory<F, V, T> segment)
    {
        segment.Plan.Set(segment.Places, default);
        foreach (var (slot, source) in segment.Plan.Loads)
        {
            Load(segment, slot, source);
        }

        for (var number = 0; number < segment.Plan.Passes.Length; number++)
        {
            var pass = segment.Plan.Passes[number];
            var isAtEqual = segment.Places[pass.Place] == default;
            if (isAtEqual)
            {
                Moments(segment, number, pass);
            }

            for (var s = 0; s < pass.Samples.Length; s++)
            {
                Fill(pass, pass.Samples[s], _values + (pass.Values + (nint)s * pass.Grid.Count) * V.Count);
            }

            foreach (var series in pass.Series.Where(k => k >= 0))
            {
                var plan = _program.Series[series];
                _tables[series] ??= SliceTable<T>.Of(plan, Value(plan.Variance), V.Count, _program.Families);
            }

            if (!isAtEqual)
            {
                continue;
            }

            Run(segment, number);
            foreach (var slot in pass.Slots)
            {
                var (pair, grid, _) = segment.Plan.Slots[slot];
                if (Array.IndexOf(_program.Plan.Selves, pair) >= 0)
                {
                    _selves.TryAdd(pair, Copy(segment.Slots[slot], grid));
                }
            }
        }
    }

    // The moments before activations have the roundings of pairs, so that those of equal patches are equal.
    private void Moments(SegmentMemory<F, V, T> segment, int number, SlicePassPlan pass)
    {
        if (pass.Moments is null)
        {
            return;
        }

        var count = (nint)pass.Grid.Count * V.Count;
        using var memory = new NativeBuffer<T>(pass.Rows.Length * count);
        var slots = new SliceView<T>[pass.Rows.Length];
        for (var r = 0; r < slots.Length; r++)
        {
            slots[r] = new((nint)(memory.Start + r * count), pass.Grid.Width);
        }

        Run(segment, pass, segment.Moments(number), 0, default, slots);
        for (var r = 0; r < slots.Length; r++)
        {
            _known.TryAdd(pass.Rows[r], Copy(slots[r], pass.Grid));
        }
    }

    private static double[] Copy(SliceView<T> view, SliceGrid grid)
    {
        var values = new double[grid.Count * V.Count];
        for (var y = 0; y < grid.Height; y++)
        {
            var from = view.At(y, 0, V.Count);
            for (var k = 0; k < grid.Width * V.Count; k++)
            {
                values[y * grid.Width * V.Count + k] = double.CreateTruncating(from[k]);
            }
        }

        return values;
    }

    private void Fill(SlicePassPlan pass, SampleValue what, T* to)
    {
        var values = Value(what switch
        {
            SampleValue.Stored v => v.Item,
            SampleValue.Root v => v.Item,
            SampleValue.Inverse v => v.Item,
            SampleValue.InverseRoot v => v.Item,
            SampleValue.Steep v => pass.Tables[v.table].Variance,
            _ => throw new InvalidOperationException($"{what} is not read of positions."),
        });
        var step = values.Length == 1 ? 0 : 1;
        var count = pass.Grid.Count * V.Count;
        switch (what)
        {
            case SampleValue.Root:
                for (int k = 0, at = 0; k < count; k++, at += step)
                {
                    to[k] = T.CreateTruncating(Math.Sqrt(values[at]));
                }

                break;
            case SampleValue.Inverse:
                for (int k = 0, at = 0; k < count; k++, at += step)
                {
                    to[k] = T.CreateTruncating(1 / values[at]);
                }

                break;
            case SampleValue.InverseRoot:
                for (int k = 0, at = 0; k < count; k++, at += step)
                {
                    to[k] = StripSamples<T>.InverseRoot(values[at], T.Zero);
                }

                break;
            case SampleValue.Steep steep:
                for (int k = 0, at = 0; k < count; k++, at += step)
                {
                    var within = pass.Steepness.At(steep.table, values[at], typeof(T) == typeof(float));
                    to[k] = StripSamples<T>.Steep(within, 1);
                }

                break;
            default:
                for (int k = 0, at = 0; k < count; k++, at += step)
                {
                    to[k] = T.CreateTruncating(values[at]);
                }

                break;
        }
    }

    // The values of an operand at all positions, or one value.
    private double[] Value(Operand operand)
    {
        if (operand.Bank == Bank.Constants)
        {
            return [_program.Plan.Constants[operand.Index]];
        }

        if (!_known.TryGetValue(operand.Index, out var values))
        {
            values = Compute(_program.Plan.Program.Samples[operand.Index]);
            _known[operand.Index] = values;
            Check(values);
        }

        return values;
    }

    // A sample whose values are not finite in float32 is computed in float64 with its pairs.
    private void Check(double[] values)
    {
        for (var k = 0; k < values.Length && typeof(T) == typeof(double); k++)
        {
            if (!double.IsFinite(values[k]))
            {
                var i = Math.Min(_block * V.Count + k % V.Count, _samples!.X.Rows - 1);
                throw BlockPairs.Undefined(SpatialKernel.ofRow(_samples.X.Row(i).ToArray()), values[k], i);
            }
        }
    }

    private double[] Compute(PositionInstruction instruction)
    {
        var grid = SliceGrid.Of(instruction.Extents);
        var count = grid.Count * V.Count;
        switch (instruction.Step)
        {
            case PositionStep.Norm norm:
                return Norms(norm.Item, grid);
            case PositionStep.Average average:
                return Averages(average.Item, grid);
            case PositionStep.Compute compute:
                return SampleOperations.Apply(compute.Item, Array.ConvertAll(instruction.Operands, Value), count);
            case PositionStep.Square square:
                return Moments(square.Item, Value(instruction.Operands[0]), t => t.Square);
            case PositionStep.Mean mean:
                return Moments(mean.Item, Value(instruction.Operands[0]), t => t.Mean);
            case PositionStep.Self self:
                return _selves.TryGetValue(self.pair, out var known)
                    ? known
                    : Copy(_kept[self.pair].At(default), _kept[self.pair].Grid);
            case PositionStep.Windows windows:
                return Windowed(Value(instruction.Operands[0]), windows.Item, From(instruction), grid);
            case { IsDiagonal: true }:
                return Total(Value(instruction.Operands[0]));
            case { IsEverywhere: true }:
                var one = Value(instruction.Operands[0]);
                return [.. Enumerable.Range(0, count).Select(k => one[k % V.Count])];
            default:
                throw new InvalidOperationException($"{instruction.Step} does not belong to the samples of a program.");
        }
    }

    private double[] Moments(ScalarFunction function, double[] variances, Func<HermiteTable, double> moment) =>
        Array.ConvertAll(variances, q => moment(_program.Families.Of(function).Moments(q)!));

    private IReadOnlyCollection<int> From(PositionInstruction instruction) =>
        [.. _program.Plan.Program.Samples[instruction.Operands[0].Index].Extents];

    private double[] Norms(View view, SliceGrid grid)
    {
        using var memory = new NativeBuffer<T>(grid.Count * V.Count);
        var slice = new SliceView<T>((nint)memory.Start, grid.Width);
        Products(view, grid, default, grid.Area(default), slice);
        return Copy(slice, grid);
    }

    private double[] Averages(View view, SliceGrid grid)
    {
        var (first, channels) = (view.Columns?.Value.Item1 ?? 0, Channels(view, grid));
        var values = new double[grid.Count * V.Count];
        for (var k = 0; k < values.Length; k++)
        {
            var (position, lane) = (k / V.Count, k % V.Count);
            var sum = 0.0;
            for (var c = 0; c < channels; c++)
            {
                sum += double.CreateTruncating(
                    _features[(first + (nint)position * channels + c) * V.Count + lane]);
            }

            values[k] = sum / channels;
        }

        return values;
    }

    // The sums of pairs at equal positions, by the same additions.
    private static double[] Windowed(
        double[] values, Core.Window window, IReadOnlyCollection<int> extents, SliceGrid grid)
    {
        var from = SliceGrid.Of(extents);
        var (down, right) = SliceAxis.Of(window, extents);
        using var memory = new NativeBuffer<T>(from.Count * V.Count);
        for (var k = 0; k < from.Count * V.Count; k++)
        {
            memory.Start[k] = T.CreateTruncating(values.Length == 1 ? values[0] : values[k]);
        }

        var most = down.Size;
        using var lines = new NativeBuffer<T>((nint)(most + 1) * grid.Width * V.Count);
        using var addresses = new NativeBuffer<nint>(most);
        var rows = (T**)addresses.Start;
        var result = new double[grid.Count * V.Count];
        for (var y = 0; y < grid.Height; y++)
        {
            var count = 0;
            var start = y * down.Stride - down.Before;
            for (var place = start; place < start + down.Size; place++)
            {
                var r = down.At(place);
                if (r < 0 || r >= from.Height)
                {
                    continue;
                }

                var line = lines.Start + (nint)(count + 1) * grid.Width * V.Count;
                WindowSums<V, T>.Along(
                    memory.Start + (nint)r * from.Width * V.Count, 0, from.Width, right, 0, grid.Width, line);
                rows[count++] = line;
            }

            WindowSums<V, T>.Across(rows, count, (nint)grid.Width * V.Count, lines.Start);
            for (var k = 0; k < grid.Width * V.Count; k++)
            {
                result[y * grid.Width * V.Count + k] = double.CreateTruncating(lines.Start[k]);
            }
        }

        return result;
    }

    private static double[] Total(double[] values)
    {
        var sums = new double[V.Count];
        for (var k = 0; k < values.Length; k++)
        {
            sums[k % V.Count] += values[k];
        }

        return sums;
    }
}
