using HadamardNtk.Core;

namespace HadamardNtk;

internal sealed unsafe partial class SliceEngine<F, V, T>
{
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
