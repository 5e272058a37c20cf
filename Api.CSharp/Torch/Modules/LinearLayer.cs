using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>A linear layer y = s W h + t b with parameters that are trained.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="Module">The layer.</param>
/// <param name="Weight">W, m × h, or null if it is frozen.</param>
/// <param name="Bias">b, m numbers, or null if it is frozen or missing.</param>
/// <param name="Scale">s, 1 for a layer of TorchSharp.</param>
/// <param name="Shift">t, 1 for a layer of TorchSharp.</param>
internal sealed record LinearLayer(
    string Name, torch.nn.Module<Tensor, Tensor> Module, Tensor? Weight, Tensor? Bias, double Scale, double Shift)
{
    /// <summary>The number of times that the module applies the layer.</summary>
    internal int Uses { get; init; } = 1;

    /// <summary>Those of W and b that are trained.</summary>
    internal IEnumerable<Tensor> Parameters => new[] { Weight, Bias }.OfType<Tensor>();

    /// <summary>All linear layers of a module with some of the given parameters, each once.</summary>
    internal static LinearLayer[] Of(torch.nn.Module module, TrainedParameters parameters) =>
    [
        .. module.named_modules().Prepend((name: "", module))
            .Where(m => m.module is Linear or DenseLayer)
            .DistinctBy(m => m.module, ReferenceEqualityComparer.Instance)
            .Select(m => Of(m.name, (torch.nn.Module<Tensor, Tensor>)m.module, parameters))
            .Where(layer => layer.Parameters.Any()),
    ];

    private static LinearLayer Of(
        string name, torch.nn.Module<Tensor, Tensor> layer, TrainedParameters parameters)
    {
        Tensor? Trained(string which) => layer.named_parameters(false)
            .Where(p => p.name == which && parameters.Contains(p.parameter))
            .Select(p => p.parameter).FirstOrDefault();
        var (scale, shift) = layer is DenseLayer dense ? (dense.Scale, dense.Shift) : (1, 1);
        return new(name, layer, Trained("weight"), Trained("bias"), scale, shift);
    }
}
