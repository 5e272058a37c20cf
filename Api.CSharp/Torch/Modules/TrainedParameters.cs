using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>The parameters of a module that require a gradient, each once, in the module's order.</summary>
/// <param name="Names">Their names in the module.</param>
/// <param name="Values">The module's own parameters, not copies.</param>
internal sealed record TrainedParameters(string[] Names, Tensor[] Values)
{
    /// <summary>P, the total number of their entries.</summary>
    internal long Count => Values.Sum(p => p.numel());

    /// <summary>Finds the trained parameters of a module.</summary>
    /// <exception cref="InvalidOperationException">There is none, or one is neither float32 nor float64.</exception>
    internal static TrainedParameters Of(torch.nn.Module module)
    {
        var seen = new HashSet<(nint, long)>();
        var found = module.named_parameters()
            .Where(p => IsTrained(p.parameter) && seen.Add(Key(p.parameter))).ToArray();
        foreach (var (name, parameter) in found)
        {
            RequireReal(name, parameter);
        }

        return found.Length > 0
            ? new([.. found.Select(p => p.name)], [.. found.Select(p => (Tensor)p.parameter)])
            : throw new InvalidOperationException(
                "Expected a module with parameters that require a gradient; there is none: it has no tangent kernel.");
    }

    /// <summary>Those of the given names, in their order here.</summary>
    internal TrainedParameters Only(IReadOnlyCollection<string> names)
    {
        var kept = Enumerable.Range(0, Names.Length).Where(k => names.Contains(Names[k])).ToArray();
        return new([.. kept.Select(k => Names[k])], [.. kept.Select(k => Values[k])]);
    }

    /// <summary>Whether a tensor is one of the parameters.</summary>
    internal bool Contains(Tensor parameter) =>
        IsTrained(parameter) && Values.Any(p => Key(p) == Key(parameter));

    /// <summary>The parameters that are not among others.</summary>
    internal Tensor[] Except(IEnumerable<Tensor> others)
    {
        var keys = others.Select(Key).ToHashSet();
        return [.. Values.Where(p => !keys.Contains(Key(p)))];
    }

    /// <summary>Whether a parameter requires a gradient and has entries.</summary>
    internal static bool IsTrained(Tensor parameter) => parameter.requires_grad && parameter.numel() > 0;

    // Two layers may hold one parameter by different handles, but the address of its numbers is the same.
    private static (nint, long) Key(Tensor parameter) => (TensorTransfer.Address(parameter), parameter.numel());

    private static void RequireReal(string name, Tensor parameter)
    {
        if (parameter.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64))
        {
            throw new InvalidOperationException(
                $"Expected parameters in float32 or float64; '{name}' is {parameter.dtype}. "
                + "Convert the module with to(torch.float32).");
        }
    }
}
