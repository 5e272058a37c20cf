using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// The memory of one thread for a segment: its slots, the values that it leaves, and the strip programs of its passes.
/// Slots whose values are not read any more lend their memory to later ones.
/// </summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class SegmentMemory<F, V, T> : IDisposable
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly List<NativeBuffer<T>> _buffers = [];
    private readonly SliceProgram _program;
    private readonly bool _compiled;
    private readonly SliceStrips<F, V, T>?[] _selves;
    private readonly SliceStrips<F, V, T>?[] _moments;

    internal SegmentMemory(SliceProgram program, SliceSegmentPlan plan, bool compiled)
    {
        (_program, Plan, _compiled) = (program, plan, compiled);
        Slots = new SliceView<T>[plan.Slots.Length];
        Places = new SliceOffset[plan.Places.Length];
        Pairs = [.. plan.Passes.Select(p => new SliceStrips<F, V, T>(program, p.Pairs, p.Series, compiled))];
        _selves = new SliceStrips<F, V, T>?[plan.Passes.Length];
        _moments = new SliceStrips<F, V, T>?[plan.Passes.Length];
        Kept = [.. plan.Ends.Select(_ => new SliceKept<T>(plan.KeptGrid, V.Count))];
        Sums = new double[plan.Ends.Length][];
        for (var e = 0; e < Sums.Length; e++)
        {
            Sums[e] = new double[V.Count];
        }

        Assign();
    }

    /// <summary>The plan.</summary>
    internal SliceSegmentPlan Plan { get; }

    /// <summary>The offsets of the places at the present offset.</summary>
    internal SliceOffset[] Places { get; }

    /// <summary>The values of the slots at the present offset.</summary>
    internal SliceView<T>[] Slots { get; }

    /// <summary>The values that the segment leaves, for each end.</summary>
    internal SliceKept<T>[] Kept { get; }

    /// <summary>The sums over positions, for each end and lane.</summary>
    internal double[][] Sums { get; }

    /// <summary>The strip programs for two samples.</summary>
    internal SliceStrips<F, V, T>[] Pairs { get; }

    /// <summary>The strip program of a pass for samples with themselves.</summary>
    internal SliceStrips<F, V, T> Selves(int pass) =>
        _selves[pass] ??= new(_program, Plan.Passes[pass].Selves, Plan.Passes[pass].Series, _compiled);

    /// <summary>The strip program of the moments before a pass's activations, for samples with themselves.</summary>
    internal SliceStrips<F, V, T> Moments(int pass) =>
        _moments[pass] ??= new(_program, Plan.Passes[pass].Moments!, [], _compiled);

    public void Dispose()
    {
        foreach (var strips in Pairs.Concat(_selves).Concat(_moments))
        {
            strips?.Dispose();
        }

        foreach (var kept in Kept)
        {
            kept.Dispose();
        }

        _buffers.ForEach(b => b.Dispose());
    }

    private void Assign()
    {
        var free = new List<(NativeBuffer<T> Buffer, int Positions)>();
        var held = new Dictionary<int, (NativeBuffer<T> Buffer, int Positions)>();
        foreach (var (slot, _) in Plan.Loads)
        {
            Take(slot);
        }

        for (var pass = 0; pass < Plan.Passes.Length; pass++)
        {
            foreach (var slot in Plan.Passes[pass].Slots)
            {
                Take(slot);
            }

            foreach (var slot in held.Keys.Where(s => LastRead(s) <= pass).ToList())
            {
                free.Add(held[slot]);
                held.Remove(slot);
            }
        }

        void Take(int slot)
        {
            var grid = Plan.Slots[slot].Grid;
            var found = free.FindIndex(f => f.Positions == grid.Count);
            var memory = found >= 0 ? free[found] : (New(grid.Count), grid.Count);
            if (found >= 0)
            {
                free.RemoveAt(found);
            }

            held[slot] = memory;
            Slots[slot] = new((nint)memory.Item1.Start, grid.Width);
        }
    }

    private NativeBuffer<T> New(int positions)
    {
        var buffer = new NativeBuffer<T>((nint)positions * V.Count);
        _buffers.Add(buffer);
        return buffer;
    }

    private int LastRead(int slot) =>
        Plan.Ends.Any(e => e.Slot == slot)
            ? int.MaxValue
            : Array.FindLastIndex(Plan.Passes, p => p.Inputs.Any(i => i.Slots.Contains(slot)));
}
