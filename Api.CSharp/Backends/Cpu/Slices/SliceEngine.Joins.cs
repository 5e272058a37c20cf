using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal sealed unsafe partial class SliceEngine<F, V, T>
{
    private static void Clear(SegmentMemory<F, V, T> segment)
    {
        if (segment.Plan.Join.IsPool)
        {
            foreach (var kept in segment.Kept)
            {
                kept.Clear();
            }
        }

        foreach (var sums in segment.Sums)
        {
            Array.Clear(sums);
        }
    }

    /// <summary>Adds the values of an offset to those that the segment leaves.</summary>
    private static void Join(SegmentMemory<F, V, T> segment, SliceOffset offset)
    {
        var (grid, isCyclic) = (segment.Plan.Grid, segment.Plan.IsCyclic);
        for (var e = 0; e < segment.Plan.Ends.Length; e++)
        {
            var values = segment.Slots[segment.Plan.Ends[e].Slot];
            if (!segment.Plan.Join.IsPool)
            {
                AddAll(values, isCyclic ? grid.All : grid.Area(offset), segment.Sums[e]);
                continue;
            }

            for (var part = 0; part < (isCyclic ? Parts : 1); part++)
            {
                var on = grid.Part(offset, part);
                AddToWindows(segment.Plan, values, on, grid.Area(on), segment.Kept[e]);
            }
        }
    }

    // The sums of rows are added in the precision of the values, and those of offsets in float64.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddAll(SliceView<T> values, SliceArea area, double[] sums)
    {
        V sum = default;
        for (var y = area.Top; y < area.Bottom; y++)
        {
            V row = default;
            var from = values.At(y, area.Left, V.Count);
            for (var x = area.Left; x < area.Right; x++, from += V.Count)
            {
                row += V.Load(from);
            }

            sum += row;
        }

        var lanes = stackalloc T[V.Count];
        V.Store(sum, lanes);
        for (var lane = 0; lane < V.Count; lane++)
        {
            sums[lane] += double.CreateTruncating(lanes[lane]);
        }
    }

    // Every value is added at all pairs of windows that have p and p + o.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToWindows(
        SliceSegmentPlan plan, SliceView<T> values, SliceOffset offset, SliceArea area, SliceKept<T> kept)
    {
        var (down, right) = plan.Pool;
        for (var y = area.Top; y < area.Bottom; y++)
        {
            foreach (var w in down[y])
            {
                foreach (var v in down[y + offset.Down])
                {
                    AddRow(values.At(y, 0, V.Count), area, offset.Right, right, w, v - w, kept);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(
        T* row, SliceArea area, int offset, int[][] windows, int window, int apart, SliceKept<T> kept)
    {
        for (var x = area.Left; x < area.Right; x++)
        {
            var value = V.Load(row + (nint)x * V.Count);
            foreach (var w in windows[x])
            {
                foreach (var v in windows[x + offset])
                {
                    var to = kept.At(new(apart, v - w)).At(window, w, V.Count);
                    V.Store(V.Load(to) + value, to);
                }
            }
        }
    }

    private static void Keep(SegmentMemory<F, V, T> segment)
    {
        if (segment.Plan.Join.IsPool)
        {
            return;
        }

        for (var e = 0; e < segment.Sums.Length; e++)
        {
            var to = segment.Kept[e].At(default).At(0, 0, V.Count);
            for (var lane = 0; lane < V.Count; lane++)
            {
                to[lane] = T.CreateTruncating(segment.Sums[e][lane]);
            }
        }
    }
}
