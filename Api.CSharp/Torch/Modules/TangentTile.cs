using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Computes a block of a tangent kernel from the gradients of its rows and of its columns.</summary>
internal static class TangentTile
{
    /// <summary>
    /// Σ over layers of (H H′ᵀ + [b trained]) ∘ (D D′ᵀ), plus J J′ᵀ, in float64: n × n′ for the mean over outputs, or
    /// n C × n′ C for all pairs.
    /// </summary>
    internal static Tensor Between(TangentFeatures a, TangentFeatures b, TangentOutputs outputs)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var parts = a.Layers.Zip(b.Layers, (p, q) => Layer(p, q, outputs));
        if (a.Jacobian is not null)
        {
            parts = parts.Append(Product(a.Jacobian, b.Jacobian!, outputs));
        }

        var sum = parts.Aggregate(default(Tensor?), Add)!;
        var count = a.Jacobian?.shape[1] ?? a.Layers[0].Slopes.shape[1];
        return (outputs == TangentOutputs.Mean ? Held.With((double)count, number => sum.div_(number)) : sum)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The mean over outputs of the kernel of each sample with itself: 1/C of the sum over layers of
    /// (|h|² + [b trained]) |D|², plus |J|².
    /// </summary>
    internal static double[] Diagonal(TangentFeatures a)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var parts = a.Layers.Select(Layer);
        if (a.Jacobian is not null)
        {
            parts = parts.Append(Squares(a.Jacobian));
        }

        var sum = parts.Aggregate((s, part) => s.add(part));
        var count = a.Jacobian?.shape[1] ?? a.Layers[0].Slopes.shape[1];
        return Array.ConvertAll(ToMatrix(sum.unsqueeze(1)).Data, number => number / count);
    }

    private static Tensor Layer(LayerFactor layer)
    {
        var slopes = Squares(layer.Slopes);
        if (layer.Inputs is null)
        {
            return slopes;
        }

        var inputs = Squares(layer.Inputs);
        return slopes.mul(layer.HasBias ? inputs.add(Held.One) : inputs);
    }

    private static Tensor Squares(Tensor gradients)
    {
        var wide = gradients.flatten(1).to_type(torch.ScalarType.Float64);
        return wide.mul(wide).sum(1);
    }

    /// <summary>A matrix of any precision, on any device, as a matrix in float64.</summary>
    internal static Matrix ToMatrix(Tensor numbers)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = ((int)numbers.shape[0], (int)numbers.shape[1]);
        var values = new double[rows * columns];
        TensorTransfer.Download<double>(
            numbers.detach().to_type(torch.ScalarType.Float64), (i, row) => row.CopyTo(values.AsSpan(i * columns)));
        return Matrix.Wrap(values, rows, columns);
    }

    private static Tensor Add(Tensor? sum, Tensor part)
    {
        using var single = part;
        var wide = part.to_type(torch.ScalarType.Float64, copy: true);
        return sum is null ? wide : sum.add_(wide, Held.One);
    }

    // The part of a layer is (H H′ᵀ + [b trained]) ∘ (D D′ᵀ).
    private static Tensor Layer(LayerFactor a, LayerFactor b, TangentOutputs outputs)
    {
        var slopes = Product(a.Slopes, b.Slopes, outputs);
        if (a.Inputs is null)
        {
            return slopes;
        }

        var inputs = a.Inputs.mm(b.Inputs!.t());
        if (a.HasBias)
        {
            inputs.add_(Held.One, Held.One);
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
