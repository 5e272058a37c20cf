using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>A linear layer y = W h + b with parameters that are trained.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="Module">The layer.</param>
/// <param name="Weight">W, m × h, or null if it is frozen.</param>
/// <param name="Bias">b, m numbers, or null if it is frozen or missing.</param>
internal sealed record LinearLayer(string Name, Linear Module, Tensor? Weight, Tensor? Bias)
{
    /// <summary>Those of W and b that are trained.</summary>
    internal IEnumerable<Tensor> Parameters => new[] { Weight, Bias }.OfType<Tensor>();

    /// <summary>All linear layers of a module, each once.</summary>
    internal static LinearLayer[] Of(torch.nn.Module module) =>
    [
        .. module.named_modules().Prepend((name: "", module))
            .Where(m => m.module is Linear)
            .DistinctBy(m => m.module, ReferenceEqualityComparer.Instance)
            .Select(m => Of(m.name, (Linear)m.module))
            .Where(layer => layer.Parameters.Any()),
    ];

    private static LinearLayer Of(string name, Linear layer)
    {
        Tensor? Trained(string which) => layer.named_parameters(false)
            .Where(p => p.name == which && TrainedParameters.IsTrained(p.parameter))
            .Select(p => p.parameter).FirstOrDefault();
        return new(name, layer, Trained("weight"), Trained("bias"));
    }
}
