using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Tests a module on a few samples: whether they are independent, and whether it has derivatives.</summary>
internal static class ModuleProbe
{
    /// <summary>The first, the middle and the last of the samples.</summary>
    internal static Tensor Samples(Tensor x)
    {
        var n = x.shape[0];
        return torch.cat([.. new[] { 0, n / 2, n - 1 }.Distinct().Select(i => x.narrow(0, i, 1))], 0);
    }

    /// <summary>Tries a module before it is used.</summary>
    /// <exception cref="InvalidOperationException">
    /// A sample's outputs depend on other samples or on chance, depend on no trained parameter, or have no derivatives.
    /// </exception>
    internal static ModuleRun Try(ModuleRun run, Tensor x) => RequireTrained(RequireIndependent(run, x), x);

    /// <summary>
    /// Fails if a sample's outputs depend on other samples or on chance, or if they change the module. Small dropout
    /// that is not one of TorchSharp's own layers can be missed.
    /// </summary>
    /// <exception cref="InvalidOperationException">They do. The module is unchanged.</exception>
    private static ModuleRun RequireIndependent(ModuleRun run, Tensor x)
    {
        RequireNoDropout(run.Module);
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var probe = Samples(x);
        var together = WithoutChange(run, probe);
        var bound = Number(together.abs().max()) * Math.Cbrt(Epsilon(together));
        for (var i = 0; i < probe.shape[0]; i++)
        {
            var sample = probe.narrow(0, i, 1);
            var twice = WithoutChange(run, torch.cat([sample, sample], 0));
            if (!(Number((twice - together.narrow(0, i, 1)).abs().max()) <= bound))
            {
                throw Dependent("its outputs at a sample depend on the other samples of the batch, or on chance");
            }
        }

        return run with { OutputCount = together.shape[1] };
    }

    // The outputs may not depend on parameters without a gradient at the tried samples.
    private static ModuleRun RequireTrained(ModuleRun run, Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var outputs = run.Outputs(Samples(x));
        if (!outputs.requires_grad)
        {
            throw new InvalidOperationException(
                "Expected outputs that depend on parameters that require a gradient; the module's depend on none: "
                + "it has no tangent kernel.");
        }

        RequireDerivative(run, x);
        var tied = Derivatives.Tie(outputs, run.Parameters.Values);
        var gradients = Derivatives.Of((tied * Cotangent(tied)).sum(), run.Parameters.Values, retain: false);
        return run with
        {
            Doubtful = [.. run.Parameters.Values.Where((_, k) => !IsTrue(gradients[k].ne(Held.Zero).any()))]
        };
    }

    // Differentiates by a zero that is added to the samples, with a call that throws an error instead of ending the
    // process.
    private static void RequireDerivative(ModuleRun run, Tensor x)
    {
        if (!x.is_floating_point())
        {
            return;
        }

        var zero = torch.zeros(x.narrow(0, 0, 1).shape, x.dtype, x.device, requires_grad: true);
        var sum = run.Outputs(x.narrow(0, 0, 1).detach() + zero).sum();
        try
        {
            torch.autograd.backward([sum], retain_graph: false, create_graph: false, inputs: [zero]);
        }
        catch (ExternalException e) when (!DeviceMemory.IsExhausted(e))
        {
            throw new InvalidOperationException(
                "Expected a module that has derivatives; "
                + $"it fails backwards: {MessageText.Clean(e.Message.Split('\n')[0])}", e);
        }
    }

    /// <summary>
    /// One number for each output, such that no symmetry of a network makes the weighted sum of its outputs vanish.
    /// </summary>
    internal static Tensor Cotangent(Tensor outputs)
    {
        var values = Enumerable.Range(1, (int)outputs.shape[1])
            .Select(o => 0.5 + (o * 0.6180339887498949 % 1)).ToArray();
        return torch.tensor(values, dtype: outputs.dtype, device: outputs.device);
    }

    /// <summary>The value of a tensor of one Boolean.</summary>
    internal static bool IsTrue(Tensor truth) => TensorTransfer.Download<bool>(truth)[0];

    /// <summary>The value of a tensor of one number.</summary>
    internal static double Number(Tensor number) =>
        TensorTransfer.Download<double>(number.to_type(torch.ScalarType.Float64))[0];

    /// <summary>The distance from 1 to the next number in the precision of a tensor.</summary>
    internal static double Epsilon(Tensor numbers) =>
        Math.ScaleB(1, numbers.dtype == torch.ScalarType.Float64 ? -52 : -23);

    private static Tensor WithoutChange(ModuleRun run, Tensor x)
    {
        var before = run.Module.named_buffers().Select(b => (b.name, b.buffer, Copy: b.buffer.clone())).ToArray();
        string? changed = null;
        Tensor outputs;
        try
        {
            outputs = run.Outputs(x);
        }
        finally
        {
            foreach (var (name, buffer, copy) in before.Where(b => !IsSame(b.buffer, b.Copy)))
            {
                buffer.copy_(copy);
                changed ??= name;
            }
        }

        return changed is null ? outputs : throw Dependent($"to evaluate it changes its buffer '{changed}'");
    }

    private static bool IsSame(Tensor a, Tensor b) => IsTrue((a.eq(b) | (a.ne(a) & b.ne(b))).all());

    /// <summary>Fails if a layer of a module drops numbers by chance.</summary>
    /// <exception cref="InvalidOperationException">There is one in training mode.</exception>
    internal static void RequireNoDropout(torch.nn.Module module)
    {
        foreach (var (name, layer) in module.named_modules().Prepend(("", module)))
        {
            if (layer.training
                && layer.GetType() is var type
                && type.Namespace == "TorchSharp.Modules"
                && type.Name.Contains("Dropout"))
            {
                throw Dependent($"its layer '{name}' ({type.Name}) is in training mode");
            }
        }
    }

    private static InvalidOperationException Dependent(string why) => new(
        $"Expected a module that treats every sample alone and always alike, as in evaluation mode; {why}. "
        + "Call eval() on the module first.");
}
