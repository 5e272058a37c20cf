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
