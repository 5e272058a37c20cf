namespace HadamardNtk;

/// <summary>The memory that whole blocks of positions take.</summary>
internal static class BlockCost
{
    // A block that an operation makes and frees, such as a term of a sum.
    private const long Temporaries = 2;

    /// <summary>
    /// The greatest number of numbers in memory for a pair of samples: the slots of a segment, what a program holds,
    /// sums over windows, and the blocks that earlier segments left.
    /// </summary>
    internal static long Numbers(SliceProgram program)
    {
        var (most, kept) = (1L, 0L);
        foreach (var segment in program.Segments)
        {
            most = Math.Max(most, kept + Numbers(segment));
            kept += segment.Ends.Length * Square(segment.KeptGrid);
        }

        return most;
    }

    /// <summary>The number of numbers of the greatest block.</summary>
    internal static long Largest(SliceProgram program) =>
        program.Segments
            .SelectMany(s => s.Slots.Select(slot => Of(s, slot.Grid)))
            .DefaultIfEmpty(1)
            .Max();

    private static long Square(SliceGrid grid) => (long)grid.Height * grid.Width * grid.Height * grid.Width;

    private static long Of(SliceSegmentPlan segment, SliceGrid grid) =>
        segment.IsAll ? Square(grid) : (long)grid.Height * grid.Width;

    private static long Numbers(SliceSegmentPlan segment)
    {
        var last = BlockSegment.LastPasses(segment);
        var slots = segment.Loads.Select(load => load.Slot).ToHashSet();
        long Held() => slots.Sum(slot => Of(segment, segment.Slots[slot].Grid));
        var greatest = slots.Select(slot => Of(segment, segment.Slots[slot].Grid)).DefaultIfEmpty().Max();
        var most = Held() + Temporaries * greatest;
        for (var number = 0; number < segment.Passes.Length; number++)
        {
            var pass = segment.Passes[number];
            var sums = pass.Inputs.Where(i => i.Windows is not null)
                .Sum(i => Of(segment, pass.Grid) + Sums(segment, i));
            most = Math.Max(most, Held() + sums + TensorProgram.MostLive(pass.Pairs) * Of(segment, pass.Grid));
            slots.RemoveWhere(slot => last[slot] == number);
            slots.UnionWith(pass.Slots);
        }

        return Math.Max(most, Held() + Temporaries * Of(segment, segment.Grid));
    }

    // Windows are summed along one axis and then along the other. Those that go on at the other edge are summed over
    // values that are copied beyond the edges.
    private static long Sums(SliceSegmentPlan segment, SliceOperand input)
    {
        var (down, right) = input.Windows!.Value;
        return down.Wraps || right.Wraps
            ? 3 * Of(segment, new(input.Grid.Height + down.Size, input.Grid.Width + right.Size))
            : Of(segment, input.Grid);
    }
}
