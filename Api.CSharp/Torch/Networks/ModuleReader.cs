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
            case Linear shared when !_weights.Add(DeviceCopy.Address(shared.weight!.Handle)):
                throw Refusal(
                    name, module, "its weight is used twice", "write the network with 'let', and Network.Parse");
            case Linear linear:
                ReadLinear(name, linear);
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
        if (_width is { } width && width != layer.in_features)
        {
            throw Refusal(
                name, layer, $"it takes {layer.in_features} channels and gets {width}", "give both the same width");
        }

        var isTrained = layer.weight.requires_grad;
        if (layer.bias is { } shift && shift.requires_grad != isTrained)
        {
            throw Refusal(
                name, layer, "only one of its weight and its bias is trained", "train both, or freeze both");
        }

        var bias = layer.bias is null ? 0 : RootMeanSquare(layer.bias);
        _network = _network.Dense(
            Math.Sqrt(layer.in_features) * RootMeanSquare(layer.weight),
            layer.bias is not null && isTrained ? Math.Max(bias, VanishingBias) : bias,
            checked((int)layer.out_features),
            WeightParameterization.Standard,
            isTrained);
        (_width, _isDense) = (layer.out_features, true);
    }

    // TorchSharp's layer subtracts the mean over the channels, which tends to 0 only directly after a linear layer.
    private void ReadNorm(string name, LayerNorm norm)
    {
        if (!_isDense)
        {
            throw Refusal(
                name, norm, "it subtracts the mean of a signal that is not centred",
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
                "it may be a Sequential of Linear, LayerNorm, Flatten and the activations ReLU, Tanh, Sigmoid, GELU, "
                + "SiLU, Mish, SELU, ELU, LeakyReLU and Softplus");
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
