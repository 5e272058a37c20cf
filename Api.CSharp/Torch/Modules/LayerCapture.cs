using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// What goes into linear layers while a module runs, and a zero added to what comes out: the derivative of f by that zero is the
/// derivative by the layer's output. Hooks are in place until it is disposed.
/// </summary>
internal sealed class LayerCapture : IDisposable
{
    private readonly LinearLayer[] _layers;
    private readonly int[] _uses;
    private readonly Tensor?[] _inputs;
    private readonly Tensor?[] _zeros;
    private readonly List<Action> _removals = [];

    /// <summary>Puts the hooks in place.</summary>
    internal LayerCapture(LinearLayer[] layers)
    {
        _layers = layers;
        (_uses, _inputs, _zeros) = (new int[layers.Length], new Tensor?[layers.Length], new Tensor?[layers.Length]);
        for (var k = 0; k < layers.Length; k++)
        {
            var index = k;
            _removals.Add(layers[k].Module.register_forward_hook((_, input, output) => Note(index, input, output)).remove);
        }
    }

    /// <summary>Whether layer k was applied once, to a matrix with one row for each of n samples.</summary>
    internal bool IsPlain(int k, long n) => _uses[k] == 1 && _inputs[k] is { } input && input.shape[0] == n;

    /// <summary>H, the inputs of layer k: n × h. It lives as long as the capture.</summary>
    internal Tensor Inputs(int k) => _inputs[k]!;

    /// <summary>The zeros added to the outputs of layer k: n × m. They live as long as the capture.</summary>
    internal Tensor Zeros(int k) => _zeros[k]!;

    /// <summary>Fails where a layer is not applied as it was when the module was tried.</summary>
    /// <exception cref="InvalidOperationException">One is not.</exception>
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

    /// <summary>What is said of such a layer.</summary>
    internal static InvalidOperationException Differently(LinearLayer layer) => new(
        $"The module applies its linear layer '{layer.Name}' differently to different samples; use TangentForm.Jacobian.");

    /// <summary>Takes the hooks away again.</summary>
    public void Dispose()
    {
        _removals.ForEach(remove => remove());
        foreach (var tensor in _inputs.Concat(_zeros))
        {
            tensor?.Dispose();
        }
    }

    // Modules may dispose what they compute with, so what is kept is kept outside of every scope.
    private Tensor Note(int k, Tensor input, Tensor output)
    {
        if (++_uses[k] > 1 || input.dim() != 2)
        {
            return output;
        }

        _inputs[k] = input.detach().DetachFromDisposeScope();
        _zeros[k] = torch.zeros(output.shape, output.dtype, output.device, requires_grad: true).DetachFromDisposeScope();
        return output.add(_zeros[k]!, Held.One);
    }
}
