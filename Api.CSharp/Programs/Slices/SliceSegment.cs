using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The offset of slices on one grid, by the offset o at the end of the segment.</summary>
/// <param name="Base">The place whose offset is taken in the place of o, or -1.</param>
/// <param name="Less">What is taken from it.</param>
/// <param name="Scale">What the difference is multiplied by.</param>
/// <param name="Cycle">The grid of cyclic slices, whose offsets are modulo its extents; null for others.</param>
internal sealed record SlicePlacePlan(int Base, SliceGrid Less, SliceGrid Scale, SliceGrid? Cycle);

/// <summary>A value that the strips of a pass read.</summary>
/// <param name="Slots">The slot, or one for each slice that a cyclic slice is made of.</param>
/// <param name="Windows">The windows over which its values are summed; null for the values themselves.</param>
/// <param name="Grid">The grid of the slots.</param>
internal sealed record SliceOperand(int[] Slots, (SliceAxis Down, SliceAxis Right)? Windows, SliceGrid Grid)
{
    /// <summary>The slot, where there is one.</summary>
    internal int Slot => Slots.Single();

    /// <summary>The most rows of the grid that a window has, counting those that it has more than once.</summary>
    internal int Rows =>
        Windows is not { Down: var down } ? 1 : down.Cycle > 0 ? down.Size : Math.Min(down.Size, Grid.Height);
}

/// <summary>A series that the strips of passes compute, from tables of every sample's positions.</summary>
/// <param name="Function">The function.</param>
/// <param name="Slope">The derivative whose series is computed with it; null if there is none.</param>
/// <param name="Variance">The variances, which are values of a sample or a constant.</param>
/// <param name="Grid">The grid.</param>
internal sealed record SliceSeriesPlan(
    ScalarFunction Function, ScalarFunction? Slope, Operand Variance, SliceGrid Grid);

/// <summary>A pass of a segment, with its strip program for two samples and for a sample with itself.</summary>
/// <param name="Grid">The grid.</param>
/// <param name="Place">The number of the place of its slices.</param>
/// <param name="Inputs">The values that the program reads.</param>
/// <param name="Slots">The slots that it fills.</param>
/// <param name="Pairs">The plan for one sample against those of the lanes.</param>
/// <param name="Selves">The plan for each lane's sample with itself.</param>
/// <param name="Rows">The values of samples that are moments before an activation.</param>
/// <param name="Moments">The plan of these for each lane's sample with itself, where there is one.</param>
/// <param name="Values">The place of the pass's first value among the values of a sample, in positions.</param>
/// <param name="Tables">The tables of the program.</param>
/// <param name="Steepness">The distances within which they are steep.</param>
/// <param name="Series">For each step of the program the series that it computes, or -1.</param>
internal sealed record SlicePassPlan(
    SliceGrid Grid,
    int Place,
    SliceOperand[] Inputs,
    int[] Slots,
    StripPlan Pairs,
    StripPlan Selves,
    int[] Rows,
    StripPlan? Moments,
    int Values,
    TableRequest[] Tables,
    Steepness Steepness,
    int[] Series)
{
    /// <summary>The values that the program reads of each sample's positions.</summary>
    internal SampleValue[] Samples => Pairs.Program.Samples;
}

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

/// <summary>A kernel of a network on grids, as segments of slices. Immutable.</summary>
internal sealed class SliceProgram
{
    private SliceProgram(SlicePlan plan, KernelKind kind, HermiteFamilies families)
    {
        (Plan, Kind, Families) = (plan, kind, families);
        var (series, values) = (new List<SliceSeriesPlan>(), 0);
        Segments = new SliceSegmentPlan[plan.Segments.Length];
        for (var k = 0; k < Segments.Length; k++)
        {
            Segments[k] = new(plan, plan.Segments[k], kind, series, ref values);
        }

        (Values, Series) = (values, [.. series]);
        Constant = plan.Result.Bank == Bank.Constants ? plan.Constants[plan.Result.Index] : null;
        LastWithSamples = Array.FindLastIndex(Segments, s => s.Passes.Any(p => p.Samples.Length > 0));
    }

    /// <summary>
    /// The program of one of a network's kernels on rows of so many features, or of its derivative in a direction. Null
    /// if it has none, and whole blocks are to be computed.
    /// </summary>
    internal static SliceProgram? Of(
        Signal signal, Direction? direction, int features, KernelKind kind, HermiteFamilies? families = null)
    {
        var compiled = direction is null
            ? PositionProgramModule.compile(features, signal)
            : PositionProgramModule.compileDerivative(features, signal, direction);
        if (compiled.IsError)
        {
            return null;
        }

        var program = compiled.ResultValue;
        return new(SlicePlanModule.make(program, Result(program, kind)), kind, families ?? new());
    }

    /// <summary>
    /// The program for whole blocks in one precision, where windows may read the other edge. Only float32 has doubts
    /// about angles.
    /// </summary>
    /// <exception cref="NetworkRefusedException">The network has none.</exception>
    internal static SliceProgram Blocks(Signal signal, int features, KernelKind kind, Precision precision)
    {
        var compiled = PositionProgramModule.compileBlocks(features, signal);
        var program = compiled.IsOk ? compiled.ResultValue : throw new NetworkRefusedException(compiled.ErrorValue);
        var result = Result(program, kind);
        return new(
            SlicePlanModule.makeBlocks(precision == Precision.Float32, program, result), kind, new());
    }

    /// <summary>The plan in the core.</summary>
    internal SlicePlan Plan { get; }

    /// <summary>The kernel.</summary>
    internal KernelKind Kind { get; }

    /// <summary>The segments, in order.</summary>
    internal SliceSegmentPlan[] Segments { get; }

    /// <summary>The series of all passes.</summary>
    internal SliceSeriesPlan[] Series { get; }

    /// <summary>The tables of the series' functions.</summary>
    internal HermiteFamilies Families { get; }

    /// <summary>The number of values of a sample, over all passes and positions.</summary>
    internal int Values { get; }

    /// <summary>The kernel where it depends on no sample.</summary>
    internal double? Constant { get; }

    /// <summary>The last segment whose strips read values of samples, or -1.</summary>
    internal int LastWithSamples { get; }

    private static Operand Result(PositionProgram program, KernelKind kind) =>
        kind == KernelKind.Ntk ? program.Ntk : program.Nngp;
}
