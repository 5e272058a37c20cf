using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Reads a module as a network: its layers in series, each with what the next one needs to know.</summary>
internal sealed class ModuleReader
{
    /// <summary>
    /// b of a bias that is trained and 0 at every channel. In the notation b = 0 is a layer without biases.
    /// </summary>
    private const double VanishingBias = 1e-100;

    private readonly HashSet<nint> _weights = [];
    private Network _network = Network.Input;
    private long? _width;
    private bool _isDense;
    private bool _isImage;

    /// <summary>The number of channels of each position of a flattened image.</summary>
    private long? _copied;

    private ModuleReader()
    {
    }

    /// <summary>The network of a module.</summary>
    /// <exception cref="NotSupportedException">A layer cannot be read; the message has its name.</exception>
    internal static Network Of(torch.nn.Module module)
    {
        var reader = new ModuleReader();
        reader.Read("", module);
        return reader._network;
    }

    private void Read(string name, torch.nn.Module module)
    {
        switch (module)
        {
            case NetworkModule own when name.Length == 0:
                _network = own.Network;
                break;
            case Sequential sequence:
                foreach (var (child, part) in sequence.named_children())
                {
                    Read(name.Length == 0 ? child : $"{name}.{child}", part);
                }

                break;
            case Linear shared when !_weights.Add(TensorTransfer.Address(shared.weight!)):
                throw Refusal(
                    name, module, "its weight is used twice", "write the network with 'let', and Network.Parse");
            case Linear linear:
                ReadLinear(name, linear);
                break;
            case Conv2d shared when !_weights.Add(TensorTransfer.Address(shared.weight!)):
                throw Refusal(
                    name, module, "its weight is used twice", "write the network with 'let', and Network.Parse");
            case Conv2d layer:
                ReadConvolution(name, layer);
                break;
            case AvgPool2d pool when _isImage:
                _network = _network.AveragePool(Window(name, pool, ModuleWindow.Of(pool)));
                _isDense = false;
                break;
            case AdaptiveAvgPool2d { output_size: [1, 1] or [1] } when _isImage:
                _network = _network.GlobalAveragePool();
                (_isImage, _isDense) = (false, false);
                break;
            case Flatten { start_dim: 1, end_dim: -1 or 3 } when _isImage:
                _network = _network.Flatten();
                (_isImage, _isDense, _copied, _width) = (false, false, _width, null);
                break;
            case LayerNorm norm:
                ReadNorm(name, norm);
                break;
            default:
                ReadPointwise(name, module);
                break;
        }
    }

    private void ReadLinear(string name, Linear layer)
    {
        if (_isImage)
        {
            throw Refusal(
                name, layer, "it acts on the last axis of an image, and not on its channels",
                "put Flatten or AdaptiveAvgPool2d before it");
        }

        RequireChannels(name, layer, layer.in_features, layer.in_features % (_copied ?? 1) == 0);
        ReadDense(name, layer, layer.weight!, layer.bias, layer.in_features);
        (_width, _isDense, _copied) = (layer.out_features, true, null);
    }

    private void ReadConvolution(string name, Conv2d layer)
    {
        if (!_isImage && _network != Network.Input)
        {
            throw Refusal(name, layer, "it needs an image", "put it at the beginning, or behind layers of images");
        }

        RequireChannels(name, layer, layer.in_channels, isMultiple: true);
        _network = _network.Patches(Window(name, layer, ModuleWindow.Of(layer)));
        var positions = layer.kernel_size.Aggregate(1L, (product, size) => product * size);
        ReadDense(name, layer, layer.weight!, layer.bias, layer.in_channels * positions);
        (_width, _isDense, _isImage) = (layer.out_channels, true, true);
    }

    private static Window Window(string name, torch.nn.Module layer, ModuleWindow window) =>
        window.Window ?? throw Refusal(
            name, layer, window.Reason, "write the network in the notation, and Network.Parse");

    private void RequireChannels(string name, torch.nn.Module layer, long channels, bool isMultiple)
    {
        if (!isMultiple || (_width is { } width && width != channels))
        {
            throw Refusal(
                name, layer, $"it takes {channels} channels and gets {_width ?? _copied}", "give both the same width");
        }
    }

    private void ReadDense(string name, torch.nn.Module layer, Parameter weight, Parameter? shift, long fanIn)
    {
        var isTrained = weight.requires_grad;
        if (shift is not null && shift.requires_grad != isTrained)
        {
            throw Refusal(
                name, layer, "only one of its weight and its bias is trained", "train both, or freeze both");
        }

        var bias = shift is null ? 0 : RootMeanSquare(shift);
        _network = _network.Dense(
            Math.Sqrt(fanIn) * RootMeanSquare(weight),
            shift is not null && isTrained ? Math.Max(bias, VanishingBias) : bias,
            checked((int)weight.shape[0]),
            WeightParameterization.Standard,
            isTrained);
    }

    // TorchSharp's layer subtracts the mean over the channels, which tends to 0 only directly after a linear layer.
    private void ReadNorm(string name, LayerNorm norm)
    {
        if (!_isDense || _isImage)
        {
            throw Refusal(
                name, norm, "it subtracts the mean of a signal that is not centered",
                "put it directly behind a linear layer");
        }

        if (norm.normalized_shape is not [var size] || size != _width)
        {
            throw Refusal(name, norm, "it does not normalize over all channels", $"normalize over {_width} channels");
        }

        if (!IsFrozen(norm.weight, 1) || !IsFrozen(norm.bias, 0))
        {
            throw Refusal(
                name, norm, "it has a weight or a bias of its own", "create it with elementwise_affine: false");
        }

        (_network, _isDense) = (_network.LayerNorm(norm.eps), false);
    }

    private void ReadPointwise(string name, torch.nn.Module module)
    {
        var activation = module switch
        {
            ReLU => Activation.Relu,
            Tanh => Activation.Tanh,
            Sigmoid => Activation.Sigmoid,
            GELU { approximate: GELU.Approximate.none } => Activation.Gelu,
            SiLU => Activation.Swish,
            Mish => Activation.Mish,
            SELU => Activation.Selu,
            ELU { alpha: 1 } => Activation.Elu,
            LeakyReLU leaky => Activation.LeakyRelu(leaky.negative_slope),
            Softplus { beta: 1, threshold: >= 20 } => Activation.Softplus,
            _ => null,
        };
        if (activation is not null)
        {
            (_network, _isDense) = (_network.Apply(activation), false);
        }
        else if (!IsIdentity(module))
        {
            throw Refusal(
                name, module, "it has no layer of the notation",
                "it may be a Sequential of Linear, Conv2d, AvgPool2d, AdaptiveAvgPool2d(1), LayerNorm, Flatten and the "
                + "activations ReLU, Tanh, Sigmoid, GELU, SiLU, Mish, SELU, ELU, LeakyReLU and Softplus");
        }
    }

    /// <summary>Whether a module leaves samples as they are, up to their shape.</summary>
    private static bool IsIdentity(torch.nn.Module module) =>
        module is Identity or Flatten { start_dim: 1, end_dim: -1 or 1 }
        || (module is Dropout dropout && (!dropout.training || dropout.p == 0));

    private static bool IsFrozen(Tensor? values, double number)
    {
        using var scope = torch.NewDisposeScope();
        return values is null || (!values.requires_grad
            && Held.With(number, expected => values.sub(expected)).abs().max().to_type(torch.ScalarType.Float64)
                .ToDouble() == 0);
    }

    private static double RootMeanSquare(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        return Math.Sqrt(values.detach().to_type(torch.ScalarType.Float64).square().mean().ToDouble());
    }

    private static NotSupportedException Refusal(string name, torch.nn.Module module, string reason, string mend) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The module cannot be read as a network at {Shown(name, module)}: {reason}; {mend}."));

    private static string Shown(string name, torch.nn.Module module) =>
        name.Length == 0 ? module.GetType().Name : $"'{name}' ({module.GetType().Name})";
}
