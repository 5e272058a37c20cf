using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>One application of a linear layer.</summary>
/// <param name="Inputs">H, n × h.</param>
/// <param name="Zeros">The zeros added to its outputs, n × m.</param>
internal sealed record CapturedUse(Tensor Inputs, Tensor Zeros);

/// <summary>
/// Captures the inputs of linear layers while a module runs, and adds a zero to their outputs. The derivative of f by
/// that zero is the derivative by the layer's output. The hooks stay until the capture is disposed.
/// </summary>
internal sealed class LayerCapture : IDisposable
{
    private readonly LinearLayer[] _layers;
    private readonly int[] _calls;
    private readonly List<CapturedUse>[] _uses;
    private readonly List<Action> _removals = [];

    /// <summary>Registers the hooks.</summary>
    internal LayerCapture(LinearLayer[] layers)
    {
        _layers = layers;
        (_calls, _uses) = (new int[layers.Length], Array.ConvertAll(layers, _ => new List<CapturedUse>()));
        for (var k = 0; k < layers.Length; k++)
        {
            var index = k;
            _removals.Add(
                layers[k].Module.register_forward_hook((_, input, output) => Note(index, input, output)).remove);
        }
    }

    /// <summary>
    /// Whether layer k was applied, and always to a matrix with one row for each of n samples.
    /// </summary>
    internal bool IsPlain(int k, long n) =>
        _calls[k] > 0 && _uses[k].Count == _calls[k] && _uses[k].TrueForAll(use => use.Inputs.shape[0] == n);

    /// <summary>The applications of layer k. Their tensors live as long as the capture.</summary>
    internal IReadOnlyList<CapturedUse> Uses(int k) => _uses[k];

    /// <summary>Fails if a layer is applied in another way than when the module was tried.</summary>
    /// <exception cref="InvalidOperationException">
    /// A layer is not applied so many times as before, to matrices of n rows.
    /// </exception>
    internal void RequirePlain(long n)
    {
        for (var k = 0; k < _layers.Length; k++)
        {
            if (!IsPlain(k, n) || _uses[k].Count != _layers[k].Uses)
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
        foreach (var use in _uses.SelectMany(uses => uses))
        {
            use.Inputs.Dispose();
            use.Zeros.Dispose();
        }
    }

    // Modules may dispose the tensors of their scopes, so captured tensors are detached from every scope.
    private Tensor Note(int k, Tensor input, Tensor output)
    {
        _calls[k]++;
        if (input.dim() != 2)
        {
            return output;
        }

        var zeros = torch.zeros(output.shape, output.dtype, output.device, requires_grad: true)
            .DetachFromDisposeScope();
        _uses[k].Add(new(input.detach().DetachFromDisposeScope(), zeros));
        return output.add(zeros, Held.One);
    }
}
