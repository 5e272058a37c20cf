using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>An application of a linear layer to n samples.</summary>
/// <param name="Inputs">H, its inputs: n × h.</param>
/// <param name="Slopes">D, the derivatives of f by its outputs: n × C × m.</param>
internal sealed record LayerUse(Tensor Inputs, Tensor Slopes);

/// <summary>
/// The factors of the part that a linear layer y = s W h + t b adds to the tangent kernel of n samples.
/// </summary>
/// <param name="Weight">s², or 0 if W is not trained.</param>
/// <param name="Bias">t², or 0 if b is not trained.</param>
/// <param name="Uses">The applications of the layer.</param>
internal sealed record LayerFactor(double Weight, double Bias, LayerUse[] Uses);

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
    internal long Count => Jacobian?.shape[0] ?? Layers[0].Uses[0].Slopes.shape[0];

    /// <summary>The gradients of some of the samples, as views.</summary>
    internal TangentFeatures Narrow(long start, long count) => new(
        [
            .. Layers.Select(layer => layer with
            {
                Uses = Array.ConvertAll(
                    layer.Uses,
                    use => new LayerUse(use.Inputs.narrow(0, start, count), use.Slopes.narrow(0, start, count))),
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
        .. chunks[0].Select((layer, k) => layer with
        {
            Uses =
            [
                .. layer.Uses.Select((_, u) => new LayerUse(
                    Join(chunks, chunk => chunk[k].Uses[u].Inputs), Join(chunks, chunk => chunk[k].Uses[u].Slopes))),
            ],
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
        var captured = plan.Layers.Select((_, k) => capture.Uses(k)).ToArray();
        Tensor[] zeros = [.. captured.SelectMany(uses => uses.Select(use => use.Zeros))];
        var slopes = new Queue<Tensor>(Slopes(Derivatives.Tie(outputs, zeros), zeros));
        LayerUse[][] uses =
        [
            .. captured.Select(layer => layer
                .Select(use => new LayerUse(use.Inputs.alias(), slopes.Dequeue())).ToArray()),
        ];
        PlainLayers.Require(plan.Layers, outputs, uses);
        return [.. plan.Layers.Zip(uses, Factor)];
    }

    private static LayerFactor Factor(LinearLayer layer, LayerUse[] uses) => new(
        layer.Weight is null ? 0 : layer.Scale * layer.Scale,
        layer.Bias is null ? 0 : layer.Shift * layer.Shift,
        Array.ConvertAll(uses, use => new LayerUse(
            use.Inputs.MoveToOuterDisposeScope(), use.Slopes.MoveToOuterDisposeScope())));

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
