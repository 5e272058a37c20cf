using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>The factors of the part that a linear layer y = W h + b adds to the tangent kernel of n samples.</summary>
/// <param name="Inputs">H, n × h, if W is trained; else null.</param>
/// <param name="HasBias">Whether b is trained.</param>
/// <param name="Slopes">D, the derivatives of the outputs by y: n × C × m.</param>
internal sealed record LayerFactor(Tensor? Inputs, bool HasBias, Tensor Slopes);

/// <summary>
/// The gradients of n samples' outputs. Those by the parameters of linear layers are kept as factors.
/// </summary>
/// <param name="Layers">The factors.</param>
/// <param name="Jacobian">The gradients by all other parameters, n × C × P; null if there are none.</param>
internal sealed record TangentFeatures(LayerFactor[] Layers, Tensor? Jacobian)
{
    /// <summary>
    /// Runs samples through the module: one forward pass, and a backward pass for each output. For a Jacobian, each
    /// sample runs alone.
    /// </summary>
    /// <param name="plan">The plan for the module.</param>
    /// <param name="x">The samples.</param>
    /// <param name="first">The index of the first sample, for messages.</param>
    internal static TangentFeatures Of(ModulePlan plan, Tensor x, long first)
    {
        var layers = plan.Layers.Length == 0
            ? []
            : Join(Chunks(x).Select(c => Factors(plan, c.Samples, first + c.Start)).ToArray());
        return new(layers, plan.Rest.Length == 0 ? null : JacobianOf(plan, x, first));
    }

    /// <summary>n, the number of samples.</summary>
    internal long Count => Jacobian?.shape[0] ?? Layers[0].Slopes.shape[0];

    /// <summary>The gradients of some of the samples, as views.</summary>
    internal TangentFeatures Narrow(long start, long count) => new(
        [
            .. Layers.Select(layer => layer with
            {
                Inputs = layer.Inputs?.narrow(0, start, count),
                Slopes = layer.Slopes.narrow(0, start, count),
            }),
        ],
        Jacobian?.narrow(0, start, count));

    /// <summary>The samples in chunks of at most <see cref="ModuleRun.Batch"/>, as they go through a module.</summary>
    internal static IEnumerable<(long Start, Tensor Samples)> Chunks(Tensor x)
    {
        for (var start = 0L; start < x.shape[0]; start += ModuleRun.Batch)
        {
            yield return (start, x.narrow(0, start, Math.Min(ModuleRun.Batch, x.shape[0] - start)));
        }
    }

    private static LayerFactor[] Join(LayerFactor[][] chunks) => chunks.Length == 1 ? chunks[0] :
    [
        .. Enumerable.Range(0, chunks[0].Length).Select(k => chunks[0][k] with
        {
            Inputs = chunks[0][k].Inputs is null ? null : Join(chunks, c => c[k].Inputs!),
            Slopes = Join(chunks, c => c[k].Slopes),
        }),
    ];

    private static Tensor Join(LayerFactor[][] chunks, Func<LayerFactor[], Tensor> part)
    {
        var parts = chunks.Select(part).ToArray();
        var whole = torch.cat(parts, 0);
        Array.ForEach(parts, p => p.Dispose());
        return whole;
    }

    private static LayerFactor[] Factors(ModulePlan plan, Tensor x, long first)
    {
        using var scope = torch.NewDisposeScope();
        using var capture = new LayerCapture(plan.Layers);
        var outputs = plan.Run.Outputs(x, first);
        capture.RequirePlain(x.shape[0]);
        Tensor[] zeros = [.. Enumerable.Range(0, plan.Layers.Length).Select(capture.Zeros)];
        var slopes = Slopes(Derivatives.Tie(outputs, zeros), zeros);
        PlainLayers.Require(
            plan.Layers, outputs, [.. Enumerable.Range(0, zeros.Length).Select(capture.Inputs)], slopes);
        return
        [
            .. plan.Layers.Select((layer, k) => new LayerFactor(
                layer.Weight is null ? null : capture.Inputs(k).detach().MoveToOuterDisposeScope(),
                layer.Bias is not null, slopes[k].MoveToOuterDisposeScope())),
        ];
    }

    private static Tensor[] Slopes(Tensor outputs, Tensor[] zeros)
    {
        var (n, count) = (outputs.shape[0], outputs.shape[1]);
        Tensor[] slopes = [.. zeros.Select(z => torch.empty([n, count, z.shape[1]], z.dtype, z.device))];
        for (var o = 0; o < count; o++)
        {
            using var pass = torch.NewDisposeScope();
            var gradients = Derivatives.Of(outputs.select(1, o).sum(), zeros, retain: true);
            for (var k = 0; k < zeros.Length; k++)
            {
                slopes[k].select(1, o).copy_(gradients[k]);
            }
        }

        return slopes;
    }

    private static Tensor JacobianOf(ModulePlan plan, Tensor x, long first)
    {
        using var scope = torch.NewDisposeScope();
        var widest = plan.Rest.MaxBy(p => p.ElementSize)!;
        var jacobian = torch.empty(
            [x.shape[0], plan.OutputCount, plan.Rest.Sum(p => p.numel())], widest.dtype, widest.device);
        for (var i = 0L; i < x.shape[0]; i++)
        {
            using var sample = torch.NewDisposeScope();
            var outputs = plan.Run.Differentiable(x.narrow(0, i, 1), first + i);
            Gradients(outputs.select(0, 0), plan.Rest, jacobian.select(0, i));
        }

        return jacobian.MoveToOuterDisposeScope();
    }

    private static void Gradients(Tensor outputs, Tensor[] parameters, Tensor to)
    {
        for (var o = 0L; o < outputs.shape[0]; o++)
        {
            using var pass = torch.NewDisposeScope();
            var gradients = Derivatives.Of(outputs.select(0, o), parameters, retain: o < outputs.shape[0] - 1);
            var start = 0L;
            foreach (var gradient in gradients)
            {
                to.select(0, o).narrow(0, start, gradient.numel()).copy_(gradient.reshape(-1));
                start += gradient.numel();
            }
        }
    }
}
