using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>A segment of a plan of slices.</summary>
internal sealed class SliceSegmentPlan
{
    internal SliceSegmentPlan(
        SlicePlan plan, SliceSegment segment, KernelKind kind, List<SliceSeriesPlan> series, ref int values)
    {
        var instructions = plan.Program.Pairs;
        Join = segment.Join;
        Grid = SliceGrid.Of(segment.Extents);
        (IsAll, IsCyclic) = (Join.IsPool || Join.IsTotal, segment.IsCyclic);
        Places = Array.ConvertAll(
            segment.Places,
            p => new SlicePlacePlan(
                p.Base,
                SliceGrid.Pair(p.Less, 0),
                SliceGrid.Pair(p.Scale, 1),
                p.Cycle.IsEmpty ? null : SliceGrid.Of(p.Cycle)));
        MostDoubt = segment.MostDoubt;
        Slots = [.. segment.Slots.Select(s => (s.Item1, SliceGrid.Of(instructions[s.Item1].Extents), s.Item2))];
        Loads = [.. segment.Loads.Select(l => (l.Item1, l.Item2))];
        Ends = [.. segment.Ends.Select(e => (e.Slot, e.Pair))];
        if (Join is PositionStep.Pool pool)
        {
            var (down, right) = SliceAxis.Of(pool.Item, [.. segment.Extents]);
            PoolAxes = (down, right);
            KeptGrid = new(down.Count, right.Count);
            Pool = (down.Over(Grid.Height), right.Over(Grid.Width));
        }

        Passes = new SlicePassPlan[segment.Passes.Length];
        for (var k = 0; k < Passes.Length; k++)
        {
            var pass = segment.Passes[k];
            var (grid, pairs) = (SliceGrid.Of(pass.Extents), new StripPlan(pass.Program, kind, ChunkInput.Vector));
            Passes[k] = new(
                grid,
                pass.Place,
                Array.ConvertAll(pass.Inputs, Operand),
                pass.Slots,
                pairs,
                new(pass.Program, kind, ChunkInput.Strip),
                pass.Moments,
                pass.MomentProgram?.Value is { } moments ? new(moments, kind, ChunkInput.Strip) : null,
                values,
                pass.Tables,
                pass.Steepness,
                Array.ConvertAll(pairs.Steps, s => s.Chunk is null ? Series(s, pass.Tables, grid, series) : -1));
            values += Passes[k].Samples.Length * Passes[k].Grid.Count;
        }
    }

    /// <summary>The grid at the end.</summary>
    internal SliceGrid Grid { get; }

    /// <summary>What joins the values at the end.</summary>
    internal PositionStep Join { get; }

    /// <summary>Whether all offsets are joined, and not only that of equal positions.</summary>
    internal bool IsAll { get; }

    /// <summary>The greatest sum of the doubts of its values in float32.</summary>
    internal double MostDoubt { get; }

    /// <summary>Whether the slices at the end are cyclic.</summary>
    internal bool IsCyclic { get; }

    /// <summary>For each row, and for each position of a row, the windows of a pool that have it.</summary>
    internal (int[][] Down, int[][] Right) Pool { get; }

    /// <summary>The windows of a pool along both axes.</summary>
    internal (SliceAxis Down, SliceAxis Right)? PoolAxes { get; }

    /// <summary>The grid of the values that the segment leaves.</summary>
    internal SliceGrid KeptGrid { get; } = new(1, 1);

    /// <summary>The places of slices. Their bases come before them.</summary>
    internal SlicePlacePlan[] Places { get; }

    /// <summary>For each slot the instruction of pairs, the grid and the number of its place.</summary>
    internal (int Pair, SliceGrid Grid, int Place)[] Slots { get; }

    /// <summary>The slots that are filled from samples or from earlier segments.</summary>
    internal (int Slot, SliceSource Source)[] Loads { get; }

    /// <summary>The passes.</summary>
    internal SlicePassPlan[] Passes { get; }

    /// <summary>The slots that are joined, and the instructions of pairs that they give.</summary>
    internal (int Slot, int Pair)[] Ends { get; }

    /// <summary>The offsets whose slices are computed.</summary>
    internal IEnumerable<SliceOffset> Offsets() =>
        !IsAll ? [default] : IsCyclic ? Grid.CyclicOffsets() : Grid.Offsets();

    /// <summary>Sets the offsets of all places for an offset at the end.</summary>
    internal void Set(SliceOffset[] places, SliceOffset offset)
    {
        for (var k = 0; k < places.Length; k++)
        {
            var plan = Places[k];
            var at = (plan.Base < 0 ? offset : places[plan.Base]).Less(plan.Less).On(plan.Scale);
            places[k] = plan.Cycle is { } cycle ? cycle.Wrapped(at) : at;
        }
    }

    private static int Series(
        StripStep step, TableRequest[] tables, SliceGrid grid, List<SliceSeriesPlan> series)
    {
        var table = tables[step.Table];
        var slope = step.Slope < 0 ? null : tables[step.Slope].Function;
        var plan = new SliceSeriesPlan(table.Function, slope, table.Variance, grid);
        if (!series.Contains(plan))
        {
            series.Add(plan);
        }

        return series.IndexOf(plan);
    }

    private SliceOperand Operand(SliceInput input)
    {
        var slots = input switch
        {
            SliceInput.Same same => [same.slot],
            SliceInput.Summed summed => summed.slots,
            _ => throw new InvalidOperationException($"{input} is not read by strips."),
        };
        var windows = input is SliceInput.Summed sums
            ? SliceAxis.Of(sums.window, [.. sums.extents])
            : default((SliceAxis, SliceAxis)?);
        return new(slots, windows, Slots[slots[0]].Grid);
    }
}
