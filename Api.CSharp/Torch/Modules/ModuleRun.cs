using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>A module as a function f of samples, with the parameters by which it is differentiated.</summary>
/// <param name="Module">The module.</param>
/// <param name="Parameters">Its parameters that require a gradient.</param>
/// <param name="Cancellation">Stops the work.</param>
internal sealed record ModuleRun(
    torch.nn.Module<Tensor, Tensor> Module, TrainedParameters Parameters, CancellationToken Cancellation)
{
    /// <summary>C, the number of outputs.</summary>
    internal long OutputCount { get; init; }

    /// <summary>The one output of the module that is f, or null if all are.</summary>
    internal int? Output { get; init; }

    /// <summary>The parameters on which the outputs may not depend.</summary>
    internal Tensor[] Doubtful { get; init; } = [];

    /// <summary>The largest number of samples that go through the module at once.</summary>
    internal const int Batch = 512;

    /// <summary>f(x), n × C, finite.</summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="first">The index of the first sample, for messages.</param>
    /// <exception cref="ArgumentException">The module does not accept the samples.</exception>
    /// <exception cref="InvalidOperationException">The outputs are not n or n × C real numbers.</exception>
    /// <exception cref="ArithmeticException">An output is not finite.</exception>
    internal Tensor Outputs(Tensor x, long first = 0)
    {
        Cancellation.ThrowIfCancellationRequested();
        var outputs = Chosen(Shaped(Call(x), x.shape[0]));
        RequireFinite(outputs, first);
        return outputs;
    }

    /// <summary>f(x) in a form that can be differentiated by all parameters.</summary>
    /// <inheritdoc cref="Outputs"/>
    internal Tensor Differentiable(Tensor x, long first = 0) => Derivatives.Tie(Outputs(x, first), Doubtful);

    private Tensor Call(Tensor x)
    {
        try
        {
            return Module.call(x);
        }
        catch (ExternalException e) when (!DeviceMemory.IsExhausted(e))
        {
            throw new ArgumentException(
                "Expected samples that the module takes; "
                + $"it fails at [{MessageText.Shape(x.shape)}] {x.dtype}: "
                + MessageText.Clean(e.Message.Split('\n')[0]),
                nameof(x), e);
        }
    }

    private Tensor Chosen(Tensor outputs) => Output is not { } output ? outputs
        : output < outputs.shape[1] ? outputs.narrow(1, output, 1)
        : throw new InvalidOperationException(
            $"Expected one of the module's {outputs.shape[1]} outputs, from 0; came {output}.");

    private static Tensor Shaped(Tensor outputs, long count)
    {
        if (outputs.dim() is not (1 or 2)
            || outputs.shape[0] != count
            || outputs.numel() == 0
            || !outputs.is_floating_point())
        {
            throw new InvalidOperationException(
                $"Expected one row of real outputs for each of {count} samples, n or n x C; "
                + $"the module gave [{MessageText.Shape(outputs.shape)}] {outputs.dtype}.");
        }

        return outputs.dim() == 2 ? outputs : outputs.unsqueeze(1);
    }

    private static void RequireFinite(Tensor outputs, long first)
    {
        using var isFinite = outputs.isfinite();
        using var all = isFinite.all();
        if (!ModuleProbe.IsTrue(all))
        {
            var row = Enumerable.Range(0, (int)outputs.shape[0])
                .First(i => !ModuleProbe.IsTrue(isFinite.select(0, i).all()));
            throw new ArithmeticException(
                $"row {first + row} (counted from 0): the module's outputs there are not finite");
        }
    }
}
