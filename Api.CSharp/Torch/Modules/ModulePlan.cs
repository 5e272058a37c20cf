using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>The plan for computing the tangent kernel of a module.</summary>
/// <param name="Run">The module.</param>
/// <param name="Layers">The linear layers whose parts of the kernel are Hadamard products of Gram matrices.</param>
/// <param name="Rest">All other trained parameters, whose part needs Jacobians.</param>
/// <param name="BytesPerSample">The number of bytes of the gradients of a sample's outputs.</param>
internal sealed record ModulePlan(ModuleRun Run, LinearLayer[] Layers, Tensor[] Rest, double BytesPerSample)
{
    /// <summary>C, the number of outputs.</summary>
    internal long OutputCount => Run.OutputCount;

    /// <summary>The number of bytes that the gradients of a block's rows and columns may take.</summary>
    internal const double BlockBytes = 1 << 30;

    /// <summary>The largest number of rows of a block of the kernel.</summary>
    internal const long BlockRows = 4096;

    /// <summary>Makes the plan, by trying the module at a few of the samples.</summary>
    internal static ModulePlan Of(ModuleRun run, Tensor x, TangentForm form)
    {
        var (layers, numbers) = form == TangentForm.Layers ? PlainLayers.Of(run, x) : ([], 0);
        var rest = run.Parameters.Except(layers.SelectMany(layer => layer.Parameters));
        var size = run.Parameters.Values.Max(p => p.ElementSize);
        return new(run, layers, rest, size * (numbers + ((double)run.OutputCount * rest.Sum(p => p.numel()))));
    }

    /// <summary>The number of samples in the rows of a block.</summary>
    internal int Rows(ModuleTangentOptions options, TangentOutputs outputs)
    {
        var columns = BlockRows / (outputs == TangentOutputs.All ? OutputCount : 1);
        return options.Rows ?? (int)Math.Clamp(Math.Min(BlockBytes / BytesPerSample * 8 / 9, columns), 1, BlockRows);
    }
}
