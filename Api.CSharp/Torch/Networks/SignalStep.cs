using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// One operation of a network on tensors, n × channels, or nP × channels on P positions, those of a sample together.
/// Signals are given by number; number 0 is the input.
/// </summary>
internal abstract class SignalStep
{
    /// <summary>The signal that the operation makes.</summary>
    internal abstract Tensor Value(SignalValues at);

    /// <summary>Its change along changes of the parameters, or null if it does not change.</summary>
    internal abstract Tensor? Tangent(SignalValues at);

    /// <summary>A signal with a row for each sample or position. A constant has one for all of them.</summary>
    private protected static Tensor Rows(Tensor x, long rows) => x.shape[0] == 1 ? x.expand(rows, -1) : x;

    /// <summary>The sum of two tensors of which either may be missing.</summary>
    private protected static Tensor? Sum(Tensor? a, Tensor? b) =>
        a is null ? b : b is null ? a : a.add(b, Held.One);
}

/// <summary>The signals of a network while it runs.</summary>
/// <param name="values">The signals.</param>
/// <param name="tangents">Their changes.</param>
/// <param name="change">The changes of a layer's weight and bias, each of which may be missing.</param>
internal sealed class SignalValues(
    Tensor[] values, Tensor?[] tangents, Func<DenseLayer, (Tensor? Weight, Tensor? Bias)> change)
{
    /// <summary>A signal.</summary>
    internal Tensor this[int signal] => values[signal];

    /// <summary>The change of a signal, or null if it does not change.</summary>
    internal Tensor? Tangent(int signal) => tangents[signal];

    /// <summary>The changes of the parameters of a layer.</summary>
    internal (Tensor? Weight, Tensor? Bias) Change(DenseLayer layer) => change(layer);
}

/// <summary>The constant c.</summary>
internal sealed class ConstantStep(double value) : SignalStep
{
    private readonly Scalar _value = value;

    internal override Tensor Value(SignalValues at) => torch.full([1, 1], _value, at[0].dtype, at[0].device);

    internal override Tensor? Tangent(SignalValues at) => null;
}

/// <summary>A dense layer. The change of z = s W x + t β is s (W dx + dW x) + t dβ.</summary>
internal sealed class DenseStep(DenseLayer layer, int below) : SignalStep
{
    internal override Tensor Value(SignalValues at) => layer.call(Rows(at[below], at[0].shape[0]));

    internal override Tensor? Tangent(SignalValues at)
    {
        var (weight, bias) = at.Change(layer);
        var ofInput = at.Tangent(below) is { } change ? layer.Of(change, layer.Weight.detach(), null) : null;
        var input = Rows(at[below], at[0].shape[0]);
        var ofParameters = weight is not null ? layer.Of(input, weight, bias)
            : bias is not null ? layer.OfBias(bias, input.shape[0])
            : null;
        return Sum(ofInput, ofParameters);
    }
}

/// <summary>A pointwise nonlinearity. Its change is φ′(x) dx.</summary>
internal sealed class ActivationStep(Func<Tensor, Tensor> phi, int below) : SignalStep
{
    internal override Tensor Value(SignalValues at) => phi(at[below]);

    internal override Tensor? Tangent(SignalValues at)
    {
        if (at.Tangent(below) is not { } change)
        {
            return null;
        }

        using var recording = torch.enable_grad();
        var x = at[below].detach().requires_grad_();
        return Derivatives.Of(phi(x).sum(), [x], retain: false)[0].mul(change);
    }
}

/// <summary>
/// Layer normalization, y = s x with s = (ε + mean x²)^(-1/2). Its change is s (dx − s² x mean(x dx)).
/// </summary>
internal sealed class NormStep(double eps, int below) : SignalStep
{
    private readonly Scalar _eps = eps;

    internal override Tensor Value(SignalValues at) => at[below].div(Root(at[below]));

    internal override Tensor? Tangent(SignalValues at)
    {
        if (at.Tangent(below) is not { } change)
        {
            return null;
        }

        var (x, root) = (at[below], Root(at[below]));
        var along = Mean(x.mul(change)).div(root.mul(root));
        return change.sub(x.mul(along)).div(root);
    }

    private Tensor Root(Tensor x) => Mean(x.mul(x)).add(_eps, Held.One).sqrt();

    private static Tensor Mean(Tensor x) => x.mean([1], keepdim: true);
}

/// <summary>A sum of signals, of which narrower ones are repeated.</summary>
internal sealed class SumStep(int[] parts, int channels) : SignalStep
{
    internal override Tensor Value(SignalValues at) =>
        parts.Select(part => Wide(at[part])).Aggregate((sum, part) => sum.add(part, Held.One));

    internal override Tensor? Tangent(SignalValues at) => parts
        .Select(part => at.Tangent(part) is { } change ? ChannelChoice.Repeat(change, channels) : null)
        .Aggregate(Sum);

    // A single channel is repeated by the sum itself.
    private Tensor Wide(Tensor x) => x.shape[1] == 1 ? x : ChannelChoice.Repeat(x, channels);
}

/// <summary>A channelwise product of signals, of which narrower ones are repeated.</summary>
internal sealed class ProductStep(int[] parts, int channels) : SignalStep
{
    internal override Tensor Value(SignalValues at) =>
        parts.Select(part => Wide(at[part])).Aggregate((product, part) => product.mul(part));

    // The change of a product is the sum over its factors of their change times the other factors.
    internal override Tensor? Tangent(SignalValues at)
    {
        var factors = parts.Select(part => Wide(at[part])).ToArray();
        return parts.Select((part, n) => at.Tangent(part) is { } change
            ? factors.Where((_, other) => other != n).Aggregate(Wide(change), (product, x) => product.mul(x))
            : null).Aggregate(Sum);
    }

    private Tensor Wide(Tensor x) => x.shape[1] == 1 ? x : ChannelChoice.Repeat(x, channels);
}

/// <summary>Signals side by side, some channels of each.</summary>
internal sealed class ConcatStep(int[] parts, ChannelChoice[] taken) : SignalStep
{
    internal override Tensor Value(SignalValues at) =>
        torch.cat([.. parts.Select((part, n) => Rows(taken[n].From(at[part]), Most(at)))], 1);

    internal override Tensor? Tangent(SignalValues at) => parts.All(part => at.Tangent(part) is null)
        ? null
        : torch.cat([.. parts.Select((part, n) => Tangent(at, part, taken[n]))], 1);

    private long Most(SignalValues at) => Math.Max(at[0].shape[0], parts.Max(part => at[part].shape[0]));

    private Tensor Tangent(SignalValues at, int part, ChannelChoice taken) =>
        at.Tangent(part) is { } change
            ? Rows(taken.From(change), Most(at))
            : torch.zeros([Most(at), taken.Count], at[0].dtype, at[0].device);
}
