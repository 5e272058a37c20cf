using System.Security.Cryptography;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Changes of a module's parameters, and a fingerprint of the parameters.</summary>
internal static class ParameterChange
{
    // A span has less than 2^31 bytes, and a tensor may have more.
    private const int Part = 1 << 26;

    /// <summary>
    /// Named changes in the order of the parameters, in their precision and on their device, with zeros for the others.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A name is not that of a trained parameter, or a change has another shape than its parameter.
    /// </exception>
    internal static Tensor[] Of(TrainedParameters parameters, IReadOnlyDictionary<string, Tensor> change)
    {
        var unknown = change.Keys.FirstOrDefault(name => !parameters.Names.Contains(name));
        return unknown is null
            ? [.. parameters.Names.Zip(parameters.Values, (name, p) => Of(name, p, change.GetValueOrDefault(name)))]
            : throw new ArgumentException(
                $"Expected names of parameters that require a gradient ({string.Join(", ", parameters.Names)}); "
                + $"came '{unknown}'.",
                nameof(change));
    }

    /// <summary>Numbers in the order of the parameters, as tensors of their shapes.</summary>
    internal static Tensor[] Of(TrainedParameters parameters, double[][] change) =>
    [
        .. parameters.Values.Zip(
            change, (p, c) => torch.tensor(c, p.shape, dtype: torch.ScalarType.Float64).to(p.dtype, p.device))
    ];

    /// <summary>The numbers of a tensor in float64.</summary>
    internal static double[] Numbers(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        var (flat, numbers) = (values.detach().reshape(-1), new double[values.numel()]);
        for (var start = 0; start < numbers.Length; start += Part)
        {
            using var part = torch.NewDisposeScope();
            var some = flat.narrow(0, start, Math.Min(Part, numbers.Length - start));
            TensorTransfer.Download<double>(some.to_type(torch.ScalarType.Float64)).CopyTo(numbers, start);
        }

        return numbers;
    }

    /// <summary>The sum of the squares of a tensor's numbers, in float64.</summary>
    internal static double Square(Tensor values) => Numbers(values).Sum(v => v * v);

    /// <summary>A fingerprint of a module's parameters and buffers, which shows whether they have changed.</summary>
    internal static byte[] Print(torch.nn.Module module) => Print(module.parameters().Concat(module.buffers()));

    /// <summary>The SHA-256 of the numbers of tensors.</summary>
    internal static byte[] Print(params IEnumerable<Tensor> tensors)
    {
        using var scope = torch.NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var values in tensors.Where(t => t.numel() > 0))
        {
            var flat = values.detach().cpu().contiguous().reshape(-1);
            for (var start = 0L; start < flat.numel(); start += Part)
            {
                using var part = flat.narrow(0, start, Math.Min(Part, flat.numel() - start));
                hash.AppendData(part.bytes);
            }
        }

        return hash.GetHashAndReset();
    }

    private static Tensor Of(string name, Tensor parameter, Tensor? change)
    {
        if (change is null)
        {
            return torch.zeros(parameter.shape, parameter.dtype, parameter.device);
        }

        return change.shape.SequenceEqual(parameter.shape)
            ? change.detach().to(parameter.dtype, parameter.device)
            : throw new ArgumentException(
                $"Expected a change of '{name}' of its shape [{MessageText.Shape(parameter.shape)}]; "
                + $"came [{MessageText.Shape(change.shape)}].",
                nameof(change));
    }
}
