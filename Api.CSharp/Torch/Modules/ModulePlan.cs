using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>How the tangent kernel of a module is computed.</summary>
/// <param name="Run">The module.</param>
/// <param name="Layers">The linear layers whose parts are Hadamard products of Gram matrices.</param>
/// <param name="Rest">All other trained parameters, which take Jacobians.</param>
/// <param name="BytesPerSample">What the gradients of a sample's outputs need.</param>
internal sealed record ModulePlan(ModuleRun Run, LinearLayer[] Layers, Tensor[] Rest, double BytesPerSample)
{
    /// <summary>C.</summary>
    internal long OutputCount => Run.OutputCount;

    /// <summary>What the gradients of a block's rows and columns may need, in bytes.</summary>
    internal const double BlockBytes = 1 << 30;

    /// <summary>The most rows of a block of the kernel.</summary>
    internal const long BlockRows = 4096;

    /// <summary>Tries the module at a few of the samples.</summary>
    internal static ModulePlan Of(ModuleRun run, Tensor x, TangentForm form)
    {
        var (layers, numbers) = form == TangentForm.Layers ? PlainLayers.Of(run, x) : ([], 0);
        var rest = run.Parameters.Except(layers.SelectMany(layer => layer.Parameters));
        var size = run.Parameters.Values.Max(p => p.ElementSize);
        return new(run, layers, rest, size * (numbers + ((double)run.OutputCount * rest.Sum(p => p.numel()))));
    }

    /// <summary>The samples of a block.</summary>
    internal int Rows(ModuleTangentOptions options, TangentOutputs outputs)
    {
        var columns = BlockRows / (outputs == TangentOutputs.All ? OutputCount : 1);
        return options.Rows ?? (int)Math.Clamp(Math.Min(BlockBytes / BytesPerSample * 8 / 9, columns), 1, BlockRows);
    }
}
