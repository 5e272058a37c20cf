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
}
