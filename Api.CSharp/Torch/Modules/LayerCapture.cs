using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Captures the inputs of linear layers while a module runs, and adds a zero to their outputs. The derivative of f by
/// that zero is the derivative by the layer's output. The hooks stay until the capture is disposed.
/// </summary>
internal sealed class LayerCapture : IDisposable
{
    private readonly LinearLayer[] _layers;
    private readonly int[] _uses;
    private readonly Tensor?[] _inputs;
    private readonly Tensor?[] _zeros;
    private readonly List<Action> _removals = [];

    /// <summary>Registers the hooks.</summary>
    internal LayerCapture(LinearLayer[] layers)
    {
        _layers = layers;
        (_uses, _inputs, _zeros) = (new int[layers.Length], new Tensor?[layers.Length], new Tensor?[layers.Length]);
        for (var k = 0; k < layers.Length; k++)
        {
            var index = k;
            _removals.Add(
                layers[k].Module.register_forward_hook((_, input, output) => Note(index, input, output)).remove);
        }
    }

    /// <summary>Whether layer k was applied once, to a matrix with one row for each of n samples.</summary>
    internal bool IsPlain(int k, long n) => _uses[k] == 1 && _inputs[k] is { } input && input.shape[0] == n;

    /// <summary>H, the inputs of layer k: n × h. It lives as long as the capture.</summary>
    internal Tensor Inputs(int k) => _inputs[k]!;

    /// <summary>The zeros added to the outputs of layer k: n × m. They live as long as the capture.</summary>
    internal Tensor Zeros(int k) => _zeros[k]!;

    /// <summary>Fails if a layer is applied in another way than when the module was tried.</summary>
    /// <exception cref="InvalidOperationException">A layer is not applied once to a matrix of n rows.</exception>
    internal void RequirePlain(long n)
    {
        for (var k = 0; k < _layers.Length; k++)
        {
            if (!IsPlain(k, n))
            {
                throw Differently(_layers[k]);
            }
        }
    }

    /// <summary>The error of a layer that is applied in another way.</summary>
    internal static InvalidOperationException Differently(LinearLayer layer) => new(
        $"The module applies its linear layer '{layer.Name}' differently to different samples; "
        + "use TangentForm.Jacobian.");

    /// <summary>Removes the hooks.</summary>
    public void Dispose()
    {
        _removals.ForEach(remove => remove());
        foreach (var tensor in _inputs.Concat(_zeros))
        {
            tensor?.Dispose();
        }
    }

    // Modules may dispose the tensors of their scopes, so captured tensors are detached from every scope.
    private Tensor Note(int k, Tensor input, Tensor output)
    {
        if (++_uses[k] > 1 || input.dim() != 2)
        {
            return output;
        }

        _inputs[k] = input.detach().DetachFromDisposeScope();
        _zeros[k] = torch.zeros(output.shape, output.dtype, output.device, requires_grad: true)
            .DetachFromDisposeScope();
        return output.add(_zeros[k]!, Held.One);
    }
}
