using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Samples and their targets as a training takes them.</summary>
/// <param name="X">Samples, n × the module's input shape.</param>
/// <param name="Y">Targets, n × C.</param>
internal sealed record LabelledTensors(Tensor X, Tensor Y)
{
    /// <summary>The largest number of samples that are evaluated at once.</summary>
    private const long Batch = 2048;

    /// <summary>n, the number of samples.</summary>
    internal long Count => X.shape[0];

    /// <summary>Checks samples and targets. Targets of n numbers become n × 1. The tensors are the caller's.</summary>
    /// <exception cref="ArgumentException">They do not belong together, or do not suit the loss.</exception>
    internal static LabelledTensors Of(Tensor x, Tensor y, Loss loss)
    {
        var targets = y.dim() == 1 ? y.unsqueeze(1) : y.alias();
        if (x.dim() < 1 || x.shape[0] < 1 || targets.dim() != 2 || targets.shape[0] != x.shape[0] || y.numel() < 1)
        {
            throw new ArgumentException(
                "Expected a row of targets for each sample, n or n x C; "
                + $"came samples [{MessageText.Shape(x.shape)}] and targets [{MessageText.Shape(y.shape)}].",
                nameof(y));
        }

        if (!targets.is_floating_point())
        {
            throw new ArgumentException(
                $"Expected targets in the precision of the module; came {targets.dtype}.", nameof(y));
        }

        ModuleLoss.RequireTargets(loss, targets);
        return new(x, targets);
    }

    /// <summary>Some of the samples.</summary>
    internal LabelledTensors Rows(Tensor chosen) => new(X.index_select(0, chosen), Y.index_select(0, chosen));

    /// <summary>The loss and the accuracy of a module at all samples, without derivatives.</summary>
    /// <param name="module">The module.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="accuracy">
    /// The part of some samples whose class is right; null for targets that are no classes.
    /// </param>
    internal (double Loss, double? Accuracy) Evaluate(
        torch.nn.Module<Tensor, Tensor> module, Loss loss, Func<Tensor, Tensor, double>? accuracy)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var (sum, right) = (0.0, 0.0);
        for (var start = 0L; start < Count; start += Batch)
        {
            using var part = torch.NewDisposeScope();
            var rows = Math.Min(Batch, Count - start);
            var (x, y) = (X.narrow(0, start, rows), Y.narrow(0, start, rows));
            var outputs = Outputs(module, x, y);
            sum += rows * ModuleProbe.Number(ModuleLoss.Of(loss, outputs, y));
            right += accuracy is null ? 0 : rows * accuracy(outputs, y);
        }

        return (sum / Count, accuracy is null ? null : right / Count);
    }

    /// <summary>The loss of a module at these samples, as a tensor.</summary>
    internal Tensor Loss(torch.nn.Module<Tensor, Tensor> module, Loss loss) =>
        ModuleLoss.Of(loss, Outputs(module, X, Y), Y);

    private static Tensor Outputs(torch.nn.Module<Tensor, Tensor> module, Tensor x, Tensor y)
    {
        var outputs = Call(module, x);
        outputs = outputs.dim() == 1 ? outputs.unsqueeze(1) : outputs;
        return outputs.shape.SequenceEqual(y.shape)
            ? outputs
            : throw new ArgumentException(
                $"Expected targets like the module's outputs, [{MessageText.Shape(outputs.shape)}]; "
                + $"came [{MessageText.Shape(y.shape)}].",
                nameof(y));
    }

    private static Tensor Call(torch.nn.Module<Tensor, Tensor> module, Tensor x)
    {
        try
        {
            return module.call(x);
        }
        catch (ExternalException e) when (!DeviceMemory.IsExhausted(e))
        {
            throw new ArgumentException(
                "Expected samples that the module takes, in its precision and on its device; "
                + $"it fails at [{MessageText.Shape(x.shape)}] {x.dtype} on {x.device}: "
                + MessageText.Clean(e.Message.Split('\n')[0]),
                nameof(x), e);
        }
    }
}
