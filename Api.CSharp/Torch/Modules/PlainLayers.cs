using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Linear layers that are applied to matrices of samples, and whose parameters are not used elsewhere.
/// </summary>
internal static class PlainLayers
{
    /// <summary>
    /// The linear layers y = s W h + t b whose parameters act only through applications to a matrix of samples. At each
    /// sample, the gradient by W is s Σ_u D_u H_uᵀ and the gradient by b is t Σ_u D_u, where application u has the
    /// inputs H_u and f the derivatives D_u by its outputs.
    /// </summary>
    internal static (LinearLayer[] Layers, long Numbers) Of(ModuleRun run, Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var probe = ModuleProbe.Samples(x);
        var candidates = LinearLayer.Of(run.Module, run.Parameters);
        using var capture = new LayerCapture(candidates);
        var outputs = run.Outputs(probe);
        var plain = Enumerable.Range(0, candidates.Length).Where(k => capture.IsPlain(k, probe.shape[0])).ToArray();
        var tied = Derivatives.Tie(outputs, Inputs(plain));
        for (var i = 0; i < probe.shape[0] && plain.Length > 0; i++)
        {
            var gradients = new Queue<Tensor>(Derivatives.Of(
                (tied.select(0, i) * ModuleProbe.Cotangent(tied)).sum(), Inputs(plain), retain: true));
            plain = [.. plain.Where(k => Matches(candidates[k], gradients, capture.Uses(k), i))];
        }

        return ([.. plain.Select(k => candidates[k] with { Uses = capture.Uses(k).Count })],
            plain.SelectMany(capture.Uses)
                .Sum(use => use.Inputs.shape[1] + (outputs.shape[1] * use.Zeros.shape[1])));

        Tensor[] Inputs(int[] layers) =>
            [.. layers.SelectMany(k => capture.Uses(k).Select(use => use.Zeros).Concat(candidates[k].Parameters))];
    }

    /// <summary>
    /// Fails if a layer's parameters act in another way than by these applications, at any of these samples. If they
    /// do not, the gradients of Σ_io c_o f_o(x_i) by W and b are s Σ_u (Σ_o c_o D_uo)ᵀ H_u and t times the sum of the
    /// rows of Σ_u Σ_o c_o D_uo.
    /// </summary>
    /// <param name="layers">The layers.</param>
    /// <param name="outputs">f, n × C. Its graph is freed.</param>
    /// <param name="uses">H and D of each application of each layer.</param>
    /// <exception cref="InvalidOperationException">A layer's parameters act in another way.</exception>
    internal static void Require(LinearLayer[] layers, Tensor outputs, LayerUse[][] uses)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        var (tied, weights) = (Derivatives.Tie(outputs, parameters), ModuleProbe.Cotangent(outputs));
        var gradients = new Queue<Tensor>(Derivatives.Of((tied * weights).sum(), parameters, retain: false));
        for (var k = 0; k < layers.Length; k++)
        {
            var sums = uses[k]
                .Select(use => (
                    use.Inputs, Slopes: use.Slopes.mul(weights.to_type(use.Slopes.dtype).view(1, -1, 1)).sum(dim: 1)))
                .ToArray();
            if (!IsSum(layers[k], gradients, sums))
            {
                throw LayerCapture.Differently(layers[k]);
            }
        }
    }

    private static bool IsSum(LinearLayer layer, Queue<Tensor> gradients, (Tensor Inputs, Tensor Slopes)[] uses)
    {
        var isSum = layer.Weight is null
            || IsClose(
                gradients.Dequeue(),
                Sum(uses, layer.Scale, use => use.Slopes.t().mm(use.Inputs)),
                Sum(uses, Math.Abs(layer.Scale), use => use.Slopes.abs().t().mm(use.Inputs.abs())));
        return (layer.Bias is null
            || IsClose(
                gradients.Dequeue(),
                Sum(uses, layer.Shift, use => use.Slopes.sum(dim: 0)),
                Sum(uses, Math.Abs(layer.Shift), use => use.Slopes.abs().sum(dim: 0))))
            && isSum;
    }

    private static bool Matches(
        LinearLayer layer, Queue<Tensor> gradients, IReadOnlyList<CapturedUse> captured, long row)
    {
        var uses = captured
            .Select(use => (Inputs: use.Inputs.select(0, row).unsqueeze(0), Slopes: gradients.Dequeue().select(0, row)))
            .ToArray();
        var matches = layer.Weight is null || IsClose(
            gradients.Dequeue(), Sum(uses, layer.Scale, use => use.Slopes.unsqueeze(1) * use.Inputs));
        return layer.Bias is null
            ? matches
            : IsClose(gradients.Dequeue(), Sum(uses, layer.Shift, use => use.Slopes)) && matches;
    }

    private static Tensor Sum(
        (Tensor Inputs, Tensor Slopes)[] uses, double factor, Func<(Tensor Inputs, Tensor Slopes), Tensor> part) =>
        Held.With(factor, held => uses.Select(part).Aggregate((sum, next) => sum.add(next, Held.One)).mul(held));

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
