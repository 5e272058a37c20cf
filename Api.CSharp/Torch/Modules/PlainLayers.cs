using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Linear layers that are applied once to a matrix of samples, and whose parameters are not used elsewhere.
/// </summary>
internal static class PlainLayers
{
    /// <summary>
    /// The linear layers whose parameters act only through one application to a matrix of samples. At each sample, with
    /// its own D and H, the gradient by W is D Hᵀ and the gradient by b is D.
    /// </summary>
    internal static (LinearLayer[] Layers, long Numbers) Of(ModuleRun run, Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var probe = ModuleProbe.Samples(x);
        var candidates = LinearLayer.Of(run.Module);
        using var capture = new LayerCapture(candidates);
        var outputs = run.Outputs(probe);
        var plain = Enumerable.Range(0, candidates.Length).Where(k => capture.IsPlain(k, probe.shape[0])).ToArray();
        var inputs = plain.SelectMany(k => candidates[k].Parameters.Prepend(capture.Zeros(k))).ToArray();
        var tied = Derivatives.Tie(outputs, inputs);
        for (var i = 0; i < probe.shape[0] && plain.Length > 0; i++)
        {
            var gradients = new Queue<Tensor>(
                Derivatives.Of((tied.select(0, i) * ModuleProbe.Cotangent(tied)).sum(), inputs, retain: true));
            plain = [.. plain.Where(k => Matches(candidates[k], gradients, capture.Inputs(k), i))];
            inputs = [.. plain.SelectMany(k => candidates[k].Parameters.Prepend(capture.Zeros(k)))];
        }

        return ([.. plain.Select(k => candidates[k])],
            plain.Sum(k => capture.Inputs(k).shape[1] + (outputs.shape[1] * capture.Zeros(k).shape[1])));
    }

    /// <summary>
    /// Fails if a layer's parameters act in another way than by its one application, at any of these samples. If they
    /// do not, the gradients of Σ_io c_o f_o(x_i) by W and b are (Σ_o c_o D_o)ᵀ H and the sum of the rows of Σ_o c_o
    /// D_o.
    /// </summary>
    /// <param name="layers">The layers.</param>
    /// <param name="outputs">f, n × C. Its graph is freed.</param>
    /// <param name="inputs">H of each layer.</param>
    /// <param name="slopes">D of each layer, n × C × m.</param>
    /// <exception cref="InvalidOperationException">A layer's parameters act in another way.</exception>
    internal static void Require(LinearLayer[] layers, Tensor outputs, Tensor[] inputs, Tensor[] slopes)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        var (tied, weights) = (Derivatives.Tie(outputs, parameters), ModuleProbe.Cotangent(outputs));
        var gradients = new Queue<Tensor>(Derivatives.Of((tied * weights).sum(), parameters, retain: false));
        for (var k = 0; k < layers.Length; k++)
        {
            var slope = slopes[k].mul(weights.to_type(slopes[k].dtype).view(1, -1, 1)).sum(dim: 1);
            if (!IsSum(layers[k], gradients, slope, inputs[k]))
            {
                throw LayerCapture.Differently(layers[k]);
            }
        }
    }

    private static bool IsSum(LinearLayer layer, Queue<Tensor> gradients, Tensor slope, Tensor inputs)
    {
        var isSum = layer.Weight is null
            || IsClose(gradients.Dequeue(), slope.t().mm(inputs), slope.abs().t().mm(inputs.abs()));
        return (layer.Bias is null || IsClose(gradients.Dequeue(), slope.sum(dim: 0), slope.abs().sum(dim: 0)))
            && isSum;
    }

    private static bool Matches(LinearLayer layer, Queue<Tensor> gradients, Tensor inputs, long row)
    {
        var slope = gradients.Dequeue().select(0, row);
        var matches = true;
        if (layer.Weight is not null)
        {
            matches = IsClose(gradients.Dequeue(), slope.unsqueeze(1) * inputs.select(0, row).unsqueeze(0));
        }

        return layer.Bias is null ? matches : IsClose(gradients.Dequeue(), slope) && matches;
    }

    private static bool IsClose(Tensor a, Tensor b) => IsClose(a, b, a.abs().maximum(b.abs()));

    // Numbers that are not finite are refused elsewhere.
    private static bool IsClose(Tensor a, Tensor b, Tensor size)
    {
        var tolerance = a.device_type == DeviceType.CPU
            ? Math.Sqrt(ModuleProbe.Epsilon(a))
            : Math.Cbrt(ModuleProbe.Epsilon(a));
        var greatest = ModuleProbe.Number(size.max());
        return !double.IsFinite(greatest) || ModuleProbe.Number((a - b).abs().max()) <= tolerance * greatest;
    }
}
