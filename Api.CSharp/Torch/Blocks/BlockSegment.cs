using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>Values that a segment leaves, in the shape of those at all pairs of positions of a grid.</summary>
/// <param name="Values">The values.</param>
/// <param name="Grid">The grid.</param>
internal readonly record struct KeptBlock(Tensor Values, SliceGrid Grid);

/// <summary>
/// One segment of a network on some pairs: the values of its slots, pass by pass. All tensors belong to the scope in
/// which the segment is run.
/// </summary>
internal sealed class BlockSegment
{
    private readonly BlockPass[] _passes;
    private readonly (BlockSamples Rows, BlockSamples Columns) _samples;
    private readonly PositionPairs _pairs;
    private readonly int _segment;
    private readonly (Tensor? Values, bool IsOwn)[] _slots;
    private readonly int[] _lastPass;

    internal BlockSegment(
        BlockProgram program,
        int segment,
        (BlockSamples Rows, BlockSamples Columns) samples,
        PositionPairs pairs,
        IReadOnlyDictionary<int, KeptBlock> kept)
    {
        (Plan, _passes, _segment) = (program.Slices.Segments[segment], program.Passes[segment], segment);
        (_samples, _pairs) = (samples, pairs);
        _slots = new (Tensor?, bool)[Plan.Slots.Length];
        _lastPass = LastPasses(Plan);
        foreach (var (slot, source) in Plan.Loads)
        {
            _slots[slot] = source switch
            {
                SliceSource.Input input =>
                    (samples.Rows.Products(samples.Columns, input.Item, Plan.Slots[slot].Grid, pairs), true),
                SliceSource.Kept known => Load(kept[known.pair], Plan.Slots[slot].Grid),
                _ => throw new InvalidOperationException($"{source} fills no slot."),
            };
        }
    }

    /// <summary>The plan.</summary>
    internal SliceSegmentPlan Plan { get; }

    /// <summary>The last pass that reads each slot, and the greatest number for those at the end.</summary>
    internal static int[] LastPasses(SliceSegmentPlan plan)
    {
        var last = new int[plan.Slots.Length];
        for (var p = 0; p < plan.Passes.Length; p++)
        {
            foreach (var input in plan.Passes[p].Inputs)
            {
                last[input.Slot] = p;
            }
        }

        foreach (var (slot, _) in plan.Ends)
        {
            last[slot] = int.MaxValue;
        }

        return last;
    }

    /// <summary>The values of a slot.</summary>
    internal Tensor Slot(int slot) => _slots[slot].Values!;

    /// <summary>Runs a pass. The result is its doubt at each pair, or null.</summary>
    internal Tensor? Run(int number)
    {
        var (plan, program, _) = _passes[number];
        using var scope = NewDisposeScope();
        var (values, doubt) = program.Run(Values(number, canTake: true));
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_lastPass[slot] == number && _slots[slot] is { Values: { } old, IsOwn: true })
            {
                _slots[slot] = default;
                if (!values.Any(v => ReferenceEquals(v, old)))
                {
                    old.Dispose();
                }
            }
        }

        for (var k = 0; k < values.Length; k++)
        {
            _slots[plan.Slots[k]] = (scope.MoveToOuter(values[k]), true);
        }

        return doubt is null ? null : scope.MoveToOuter(_pairs.Total(doubt, plan.Grid.Count));
    }

    /// <summary>The moments before activations of a pass, where there are some.</summary>
    internal Tensor[] Moments(int number) =>
        _passes[number].Moments is { } moments ? moments.Run(Values(number, canTake: false)).Values : [];

    /// <summary>Joins the values at the end of the segment.</summary>
    internal IEnumerable<(int Pair, KeptBlock Block)> Ends()
    {
        foreach (var (slot, pair) in Plan.Ends)
        {
            var values = Plan.PoolAxes is { } windows
                ? AxisSums.Pool(_pairs, Slot(slot), Plan.Grid, windows)
                : _pairs.Total(Slot(slot), Plan.Grid.Count);
            yield return (pair, new(values, Plan.KeptGrid));
        }
    }

    private PositionValues Values(int number, bool canTake)
    {
        var plan = _passes[number].Plan;
        return new(
            _pairs,
            plan.Grid.Count,
            (_samples.Rows.Values[_segment][number], _samples.Columns.Values[_segment][number]),
            Array.ConvertAll(plan.Inputs, input => Input(plan, number, input, canTake)));
    }

    // A slot that no later pass and no other input reads is memory for results.
    private (Tensor, bool) Input(SlicePassPlan plan, int number, SliceOperand input, bool canTake)
    {
        var (values, isOwn) = _slots[input.Slot];
        return input.Windows is { } windows && !AxisSums.AreSame(windows, input.Grid)
            ? (AxisSums.Windows(_pairs, values!, input.Grid, windows), true)
            : (values!, canTake && isOwn && _lastPass[input.Slot] == number
                && plan.Inputs.Count(other => other.Slot == input.Slot) == 1);
    }

    private (Tensor, bool) Load(KeptBlock kept, SliceGrid grid) =>
        kept.Grid != grid ? (_pairs.Spread(kept.Values, grid.Count), true)
        : _pairs.IsWhole ? (kept.Values, false)
        : (_pairs.Diagonal(kept.Values, grid.Count), true);
}
