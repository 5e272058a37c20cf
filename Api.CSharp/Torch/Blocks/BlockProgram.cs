using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>A pass of a segment, with its programs on tensors.</summary>
/// <param name="Plan">The pass.</param>
/// <param name="Program">The program for pairs of positions.</param>
/// <param name="Moments">The program of moments before activations, where there is one.</param>
internal sealed record BlockPass(SlicePassPlan Plan, TensorProgram Program, TensorProgram? Moments);

/// <summary>The programs of a network on positions in one precision. Only float32 has doubts.</summary>
internal sealed class BlockProgram : IDisposable
{
    private BlockProgram(SliceProgram slices, BlockPass[][] passes, ScalarType type, Device device) =>
        (Slices, Passes, Type, Device) = (slices, passes, type, device);

    /// <summary>The segments and their passes.</summary>
    internal SliceProgram Slices { get; }

    /// <summary>The passes of each segment.</summary>
    internal BlockPass[][] Passes { get; }

    /// <summary>The type of the numbers.</summary>
    internal ScalarType Type { get; }

    /// <summary>The device.</summary>
    internal Device Device { get; }

    internal static BlockProgram Create(SliceProgram slices, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        TensorProgram On(StripPlan plan) => new(type == ScalarType.Float32 ? plan : WithoutDoubt(plan), type, device);
        var passes = Array.ConvertAll(
            slices.Segments,
            s => Array.ConvertAll(
                s.Passes, p => new BlockPass(p, On(p.Pairs), p.Moments is { } moments ? On(moments) : null)));
        foreach (var constant in passes.SelectMany(p => p).SelectMany(p => Programs(p)).SelectMany(p => p.Constants))
        {
            constant.DetachFromDisposeScope();
        }

        return new(slices, passes, type, device);
    }

    public void Dispose()
    {
        foreach (var program in Passes.SelectMany(p => p).SelectMany(Programs))
        {
            program.Dispose();
        }
    }

    private static IEnumerable<TensorProgram> Programs(BlockPass pass) =>
        pass.Moments is { } moments ? [pass.Program, moments] : [pass.Program];

    private static StripPlan WithoutDoubt(StripPlan plan) =>
        new(Core.SliceStrips.withoutDoubt(plan.Program), plan.Kind);
}
