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

        ModuleLoss.RequireTargets(loss, targets);
        return new(x, targets);
    }

    /// <summary>Some of the samples.</summary>
    internal LabelledTensors Rows(Tensor chosen) => new(X.index_select(0, chosen), Y.index_select(0, chosen));

    /// <summary>The loss and the accuracy of a module at all samples, without derivatives.</summary>
    internal (double Loss, double? Accuracy) Evaluate(torch.nn.Module<Tensor, Tensor> module, Loss loss)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var accuracy = ModuleLoss.Accuracy(loss, Y);
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
        var outputs = module.call(x);
        outputs = outputs.dim() == 1 ? outputs.unsqueeze(1) : outputs;
        return outputs.shape.SequenceEqual(y.shape)
            ? outputs
            : throw new ArgumentException(
                $"Expected targets like the module's outputs, [{MessageText.Shape(outputs.shape)}]; "
                + $"came [{MessageText.Shape(y.shape)}].",
                nameof(y));
    }
}
