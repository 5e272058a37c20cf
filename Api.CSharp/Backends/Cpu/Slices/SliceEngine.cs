using System.Numerics;
using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The slices of a network's kernel with vectors of one type. For one offset o after the other it computes the values
/// at all pairs (p, p + o) of positions of one sample and of a vector of others, from the input to where offsets meet.
/// </summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe partial class SliceEngine<F, V, T> : SliceWorker<T>
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Parts = 4;

    private readonly SliceProgram _program;
    private readonly SegmentMemory<F, V, T>[] _segments;
    private readonly Dictionary<int, SliceKept<T>> _kept = [];
    private readonly NativeBuffer<T> _rowFeatures;
    private readonly NativeBuffer<T> _rowValues;
    private readonly SliceTable<T>[] _rowTables;
    private readonly NativeBuffer<T> _lines;
    private readonly NativeBuffer<nint> _addresses;
    private readonly int[] _tags;
    private readonly int _line;
    private readonly int _ring;

    // The samples of the columns, and whether each is paired with itself.
    private T* _features;
    private T* _values;
    private SliceTable<T>?[] _tables;
    private bool _isSelf;

    internal SliceEngine(SliceProgram program, bool compiled)
    {
        _program = program;
        _segments = [.. program.Segments.Select(s => new SegmentMemory<F, V, T>(program, s, compiled))];
        foreach (var segment in _segments)
        {
            for (var e = 0; e < segment.Kept.Length; e++)
            {
                _kept[segment.Plan.Ends[e].Pair] = segment.Kept[e];
            }
        }

        _rowTables = [.. program.Series.Select(SliceTable<T>.OfOne)];
        _tables = _rowTables;
        _rowFeatures = new(program.Plan.Program.Features);
        _rowValues = new(program.Values);
        var passes = program.Segments.SelectMany(s => s.Passes).ToList();
        var inputs = passes.Count == 0 ? 1 : passes.Max(p => p.Inputs.Length);
        var width = passes.Count == 0 ? 1 : passes.Max(p => p.Grid.Width);
        _ring = passes.SelectMany(p => p.Inputs).Select(i => i.Rows).DefaultIfEmpty(1).Max();
        _line = width * V.Count;
        _lines = new((nint)inputs * (_ring + 1) * _line);
        _tags = new int[inputs * _ring];
        var results = passes.Count == 0 ? 1 : passes.Max(p => Math.Max(p.Slots.Length, p.Rows.Length));
        _addresses = new(inputs + results + _ring);
    }

    /// <inheritdoc/>
    internal override int Lanes => V.Count;

    private T** Inputs => (T**)_addresses.Start;

    /// <inheritdoc/>
    internal override void Begin(SliceSamples<T> rows, int i)
    {
        var (block, lane) = (i / V.Count, i % V.Count);
        Gather(rows.Features(block) + lane, _rowFeatures);
        Gather(rows.Values(block) + lane, _rowValues);
        for (var k = 0; k < _rowTables.Length; k++)
        {
            _rowTables[k].Take(rows.Tables(block)[k]!, lane);
        }
    }

    /// <inheritdoc/>
    internal override uint Pairs(SliceSamples<T> columns, int block, Span<double> to)
    {
        _features = columns.Features(block);
        _values = columns.Values(block);
        _tables = columns.Tables(block);
        _isSelf = false;
        var doubtful = 0u;
        foreach (var segment in _segments)
        {
            foreach (var strips in segment.Pairs)
            {
                strips.Doubt = default;
            }

            Run(segment);
            doubtful |= Doubtful(segment);
        }

        Result(to);
        return doubtful;
    }

    private static uint Doubtful(SegmentMemory<F, V, T> segment)
    {
        V doubt = default;
        foreach (var strips in segment.Pairs)
        {
            doubt += strips.Doubt;
        }

        return V.Bits(V.Less(V.Number(segment.Plan.MostDoubt), doubt));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var segment in _segments)
        {
            segment.Dispose();
        }

        foreach (var table in _rowTables)
        {
            table.Dispose();
        }

        _rowFeatures.Dispose();
        _rowValues.Dispose();
        _lines.Dispose();
        _addresses.Dispose();
    }

    private static void Gather(T* from, NativeBuffer<T> to)
    {
        for (nint k = 0; k < to.Length; k++)
        {
            to.Start[k] = from[k * V.Count];
        }
    }

    private void Result(Span<double> to)
    {
        var kept = _kept[_program.Plan.Result.Index].At(default).At(0, 0, V.Count);
        for (var lane = 0; lane < V.Count; lane++)
        {
            to[lane] = double.CreateTruncating(kept[lane]);
        }
    }

    /// <summary>Computes all slices of a segment, and joins them.</summary>
    private void Run(SegmentMemory<F, V, T> segment)
    {
        Clear(segment);
        foreach (var offset in segment.Plan.Offsets())
        {
            Slice(segment, offset);
            Join(segment, offset);
        }

        Keep(segment);
    }

    private void Slice(SegmentMemory<F, V, T> segment, SliceOffset offset)
    {
        segment.Plan.Set(segment.Places, offset);
        foreach (var (slot, source) in segment.Plan.Loads)
        {
            Load(segment, slot, source);
        }

        for (var pass = 0; pass < segment.Plan.Passes.Length; pass++)
        {
            Run(segment, pass);
        }
    }

    private void Load(SegmentMemory<F, V, T> segment, int slot, SliceSource source)
    {
        var (_, grid, place) = segment.Plan.Slots[slot];
        var isCyclic = segment.Plan.Places[place].Cycle is not null;
        for (var part = 0; part < (isCyclic ? Parts : 1); part++)
        {
            var on = grid.Part(segment.Places[place], part);
            var area = grid.Area(on);
            if (area.IsEmpty)
            {
                continue;
            }

            if (source is SliceSource.Input input)
            {
                Products(input.Item, grid, on, area, segment.Slots[slot]);
                continue;
            }

            var kept = _kept[((SliceSource.Kept)source).pair];
            if (kept.Grid == grid && !isCyclic)
            {
                segment.Slots[slot] = kept.At(on);
            }
            else
            {
                Copy(kept, grid, on, area, segment.Slots[slot]);
            }
        }
    }

    // The values of a slice, or the one value of a signal without positions at each of them.
    private static void Copy(SliceKept<T> kept, SliceGrid grid, SliceOffset on, SliceArea area, SliceView<T> to)
    {
        var (from, isOne) = (kept.At(kept.Grid == grid ? on : default), kept.Grid != grid);
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var x = area.Left; x < area.Right; x++)
            {
                V.Store(V.Load(isOne ? from.At(0, 0, V.Count) : from.At(y, x, V.Count)), to.At(y, x, V.Count));
            }
        }
    }

    // x[p].x'[p + o]/C, with the channels in their order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Products(View view, SliceGrid grid, SliceOffset on, SliceArea area, SliceView<T> to)
    {
        var first = view.Columns?.Value.Item1 ?? 0;
        var channels = Channels(view, grid);
        var share = V.Create(T.One / T.CreateTruncating(channels));
        for (var y = area.Top; y < area.Bottom; y++)
        {
            var p = first + (y * grid.Width + area.Left) * channels;
            var q = p + (on.Down * grid.Width + on.Right) * channels;
            var target = to.At(y, area.Left, V.Count);
            for (var x = area.Left; x < area.Right; x++, p += channels, q += channels, target += V.Count)
            {
                V sum = default;
                for (var c = 0; c < channels; c++)
                {
                    var a = _isSelf
                        ? V.Load(_features + (nint)(p + c) * V.Count)
                        : V.Create(_rowFeatures.Start[p + c]);
                    sum = V.Fma(a, V.Load(_features + (nint)(q + c) * V.Count), sum);
                }

                V.Store(sum * share, target);
            }
        }
    }

    private int Channels(View view, SliceGrid grid)
    {
        var (first, last) = view.Columns?.Value is { } columns
            ? (columns.Item1, columns.Item2)
            : (0, _program.Plan.Program.Features);
        return (last - first) / grid.Count;
    }
}
