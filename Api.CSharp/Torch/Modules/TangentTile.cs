using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Computes a block of a tangent kernel from the gradients of its rows and of its columns.</summary>
internal static class TangentTile
{
    /// <summary>
    /// Σ over layers, and over pairs u, v of their applications, of (s² H_u H′_vᵀ + t²) ∘ (D_u D′_vᵀ), plus J J′ᵀ, in
    /// float64: n × n′ for the mean over outputs, or n C × n′ C for all pairs.
    /// </summary>
    internal static Tensor Between(TangentFeatures a, TangentFeatures b, TangentOutputs outputs)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var parts = a.Layers.Zip(b.Layers, (p, q) => Pairs(p, q, (u, v) => Use(p, u, v, outputs)))
            .SelectMany(pairs => pairs);
        if (a.Jacobian is not null)
        {
            parts = parts.Append(Product(a.Jacobian, b.Jacobian!, outputs));
        }

        var sum = parts.Aggregate(default(Tensor?), Add)!;
        var count = a.Jacobian?.shape[1] ?? a.Layers[0].Uses[0].Slopes.shape[1];
        return (outputs == TangentOutputs.Mean ? Held.With((double)count, number => sum.div_(number)) : sum)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The mean over outputs of the kernel of each sample with itself: 1/C of the sum over layers of
    /// Σ_uv (s² h_u·h_v + t²) D_u·D_v, plus |J|².
    /// </summary>
    internal static double[] Diagonal(TangentFeatures a)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var parts = a.Layers.SelectMany(layer => Pairs(layer, layer, (u, v) => Use(layer, u, v)));
        if (a.Jacobian is not null)
        {
            parts = parts.Append(Dots(a.Jacobian, a.Jacobian));
        }

        var sum = parts.Aggregate((s, part) => s.add(part, Held.One));
        var count = a.Jacobian?.shape[1] ?? a.Layers[0].Uses[0].Slopes.shape[1];
        return Array.ConvertAll(TensorTransfer.ToMatrix(sum.unsqueeze(1)).Data, number => number / count);
    }

    private static IEnumerable<Tensor> Pairs(LayerFactor a, LayerFactor b, Func<LayerUse, LayerUse, Tensor> pair) =>
        a.Uses.SelectMany(_ => b.Uses, pair);

    private static Tensor Use(LayerFactor layer, LayerUse u, LayerUse v) =>
        Factor(layer, () => Dots(u.Inputs, v.Inputs)) is { } inputs
            ? Dots(u.Slopes, v.Slopes).mul(inputs)
            : Held.With(layer.Bias, factor => Dots(u.Slopes, v.Slopes).mul_(factor));

    // The factor s² h.h' + t², or null if it is t² alone.
    private static Tensor? Factor(LayerFactor layer, Func<Tensor> inputs)
    {
        if (layer.Weight == 0)
        {
            return null;
        }

        var products = inputs();
        products = layer.Weight == 1 ? products : Held.With(layer.Weight, factor => products.mul_(factor));
        return layer.Bias == 0 ? products : Held.With(layer.Bias, term => products.add_(term, Held.One));
    }

    private static Tensor Dots(Tensor a, Tensor b) => a.flatten(1).to_type(torch.ScalarType.Float64)
        .mul(b.flatten(1).to_type(torch.ScalarType.Float64)).sum(1);

    private static Tensor Add(Tensor? sum, Tensor part)
    {
        using var single = part;
        var wide = part.to_type(torch.ScalarType.Float64, copy: true);
        return sum is null ? wide : sum.add_(wide, Held.One);
    }

    // The part of a pair of applications is (s² H_u H′_vᵀ + t²) ∘ (D_u D′_vᵀ).
    private static Tensor Use(LayerFactor layer, LayerUse u, LayerUse v, TangentOutputs outputs)
    {
        var slopes = Product(u.Slopes, v.Slopes, outputs);
        if (Factor(layer, () => u.Inputs.mm(v.Inputs.t())) is not { } inputs)
        {
            return layer.Bias == 1 ? slopes : Held.With(layer.Bias, factor => slopes.mul_(factor));
        }

        var (n, m) = (inputs.shape[0], inputs.shape[1]);
        var blocks = slopes.view(n, slopes.shape[0] / n, m, slopes.shape[1] / m);
        blocks.mul_(inputs.view(n, 1, m, 1));
        return slopes;
    }

    private static Tensor Product(Tensor a, Tensor b, TangentOutputs outputs) =>
        Rows(a, outputs).mm(Rows(b, outputs).t());

    private static Tensor Rows(Tensor gradients, TangentOutputs outputs) =>
        outputs == TangentOutputs.Mean ? gradients.flatten(1) : gradients.flatten(0, 1);
}
