using HadamardNtk.Core;

namespace HadamardNtk;

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
        return new(SlicePlanModule.makeBlocks(precision == Precision.Float32, program, result), kind, new());
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
