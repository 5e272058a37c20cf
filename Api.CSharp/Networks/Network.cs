using System.Diagnostics.CodeAnalysis;
using HadamardNtk.Core;
using static HadamardNtk.Core.Architecture;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>The scaling and the initial distribution of a dense layer's weights.</summary>
public enum WeightParameterization
{
    /// <summary>z = w/√fan_in W x + b β, W and β ~ N(0, 1).</summary>
    Ntk,

    /// <summary>z = W x + β, W ~ N(0, w²/fan_in), β ~ N(0, b²). The layer below needs a width.</summary>
    Standard,
}

/// <summary>
/// A network as data, made by parsing one line of text, or by appending layers to <see cref="Input"/>. It is immutable,
/// safe to share between threads, and every method returns a new network.
/// </summary>
/// <example><code>var network = Network.Input.Dense(1.41421356).Relu().Repeat(3).Dense();</code></example>
public sealed partial class Network : IEquatable<Network>
{
    internal Network(Layer core) => Core = core;

    internal Layer Core { get; }

    /// <summary>The raw input, to which layers are appended.</summary>
    public static Network Input { get; } = new(LayerModule.identity);

    /// <summary>Reads a network from the notation.</summary>
    /// <param name="text">The text, as in <c>(dense relu)^2 dense</c>.</param>
    /// <exception cref="NetworkSyntaxException">
    /// The text is not a network. The exception has the line and the column, the text there, the expected text and a
    /// suggestion.
    /// </exception>
    public static Network Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = Notation.parse(text);
        return result.IsOk ? new(result.ResultValue) : throw new NetworkSyntaxException(result.ErrorValue);
    }

    /// <summary>Reads a network from the notation, in which activations of your own stand by their names.</summary>
    /// <param name="text">The text.</param>
    /// <param name="activations">The activations; those that the text does not name are not used.</param>
    /// <exception cref="NetworkSyntaxException">The text is not a network.</exception>
    /// <exception cref="ArgumentException">
    /// The name of an activation is no name (letters, digits and _, no digit first) or a word of the notation, or two
    /// of them have one name.
    /// </exception>
    /// <example><code>
    /// var cube = Activation.Custom("cube", x => x * x * x);
    /// var network = Network.Parse("dense cube dense", [cube]);
    /// </code></example>
    public static Network Parse(string text, IEnumerable<Activation> activations)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(activations);
        var own = activations.Select(phi => phi?.Core ?? throw new ArgumentException(
            "Expected activations; one is null.", nameof(activations)));
        var result = Notation.parseWith(ListModule.OfSeq(own), text);
        return result.IsOk ? new(result.ResultValue) : throw new NetworkSyntaxException(result.ErrorValue);
    }

    /// <summary>Reads a network from the notation, or says why the text is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="network">The network, or null.</param>
    /// <param name="reason">What is wrong and where, in one line, or null.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = Notation.parse(text);
        network = result.IsOk ? new(result.ResultValue) : null;
        reason = result.IsOk ? null : result.ErrorValue.ToString();
        return result.IsOk;
    }

    /// <summary>The constant c in every channel at every input.</summary>
    /// <param name="c">c; 1 unless given.</param>
    /// <exception cref="ArgumentException">c is not a finite number.</exception>
    public static Network Constant(double c = 1) => new(LayerModule.constant(c));

    /// <summary>
    /// The sum of two networks on the same input, channel by channel. It is <see cref="Sum"/> of the two, which makes
    /// one layer of more than two.
    /// </summary>
    /// <param name="left">The first network.</param>
    /// <param name="right">The second network.</param>
    public static Network operator +(Network left, Network right) => Sum(left, right);

    /// <summary>
    /// The product of two networks on the same input, channel by channel. It is <see cref="Hadamard"/> of the two,
    /// which makes one layer of more than two. Each network has weights of its own, in <c>a * a</c> too;
    /// <see cref="Let"/> shares them.
    /// </summary>
    /// <param name="left">The first network.</param>
    /// <param name="right">The second network.</param>
    /// <example><code>var polynomial = (Network.Input.Dense() * Network.Input.Dense().Relu()).Dense();</code></example>
    public static Network operator *(Network left, Network right) => Hadamard(left, right);

    /// <summary>Whether both are the same network, layer for layer, or both are null.</summary>
    /// <param name="left">The first network.</param>
    /// <param name="right">The second network.</param>
    public static bool operator ==(Network? left, Network? right) =>
        left is null ? right is null : left.Equals(right);

    /// <summary>Whether the networks differ.</summary>
    /// <param name="left">The first network.</param>
    /// <param name="right">The second network.</param>
    public static bool operator !=(Network? left, Network? right) => !(left == right);

    /// <summary>The use of a name that a <see cref="Let"/> around it defines.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">
    /// The name is no name (letters, digits and _, no digit first) or a word of the notation.
    /// </exception>
    public static Network Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(LayerModule.name(name));
    }

    /// <summary>One set of weights under a name, which <paramref name="body"/> may use more than once.</summary>
    /// <param name="name">The name, as a word of the notation that is not in use.</param>
    /// <param name="definition">The network that the name stands for.</param>
    /// <param name="body">Makes the whole network from the use of the name.</param>
    /// <exception cref="ArgumentException">
    /// The name is no name, a word of the notation, or defined again inside its own scope.
    /// </exception>
    public static Network Let(string name, Network definition, Func<Network, Network> body)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(body);
        var made = body(Name(name)) ?? throw new ArgumentException("The body gave no network.", nameof(body));
        return new(LayerModule.letIn(name, definition.Core, made.Core));
    }

    /// <summary>The sum of networks on the same input, channel by channel.</summary>
    /// <param name="networks">The networks, at least one.</param>
    /// <exception cref="ArgumentException">There is no network, or networks are nested too deep.</exception>
    public static Network Sum(params Network[] networks) => new(LayerModule.sum(Cores(networks)));

    /// <summary>The product of networks on the same input, channel by channel.</summary>
    /// <param name="networks">The factors, at least one, each with weights of its own.</param>
    /// <exception cref="ArgumentException">There is no network, or networks are nested too deep.</exception>
    public static Network Hadamard(params Network[] networks) => new(LayerModule.hadamard(Cores(networks)));

    /// <summary>Networks on the same input with their channels side by side, in equal shares of the width.</summary>
    /// <param name="networks">The networks, at least one.</param>
    /// <exception cref="ArgumentException">There is no network, or networks are nested too deep.</exception>
    public static Network Concat(params Network[] networks) => new(LayerModule.concat(Cores(networks)));

    /// <summary>
    /// Networks on the same input with their channels side by side, in the given proportions of width.
    /// </summary>
    /// <param name="weights">The proportions, one positive number for each network.</param>
    /// <param name="networks">The networks, at least one.</param>
    /// <exception cref="ArgumentException">
    /// There is no network, or not one positive and finite number for each.
    /// </exception>
    public static Network Concat(IEnumerable<double> weights, params Network[] networks)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new(LayerModule.concatWith(ListModule.OfSeq(weights), Cores(networks)));
    }

    /// <summary>
    /// CCP without its read-out: hadamard(D, sum(D, constant), …), where D = dense followed by the activation.
    /// </summary>
    /// <param name="degree">The number of factors, at least 1.</param>
    /// <param name="weight">w of the dense layers.</param>
    /// <param name="bias">b of the dense layers.</param>
    /// <param name="activation">What follows each dense D; nothing if null.</param>
    /// <exception cref="ArgumentException">
    /// The degree is not from 1 to 250, or w or b is not a finite number.
    /// </exception>
    public static Network Ccp(int degree, double weight = 1, double bias = 0, Activation? activation = null) =>
        new(LayerModule.ccp(degree, weight, bias, Optional(activation)));

    /// <summary>
    /// NCP without its read-out: X_1 = D, X_n = hadamard(D, X_(n−1) dense), with an optional skip connection.
    /// </summary>
    /// <param name="degree">The number of factors, at least 1.</param>
    /// <param name="weight">w of the dense layers.</param>
    /// <param name="bias">b of the dense layers.</param>
    /// <param name="activation">What follows each dense D; nothing if null.</param>
    /// <param name="skip">Whether X_(n−1) is added to each product.</param>
    /// <exception cref="ArgumentException">
    /// The degree is not from 1 to 250, or w or b is not a finite number.
    /// </exception>
    public static Network Ncp(
        int degree, double weight = 1, double bias = 0, Activation? activation = null, bool skip = false) =>
        new(LayerModule.ncp(degree, weight, bias, Optional(activation), skip));

    /// <summary>Appends another network.</summary>
    /// <param name="next">The network that reads the output of this one.</param>
    public Network Then(Network next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return ReferenceEquals(this, Input) ? next : new(LayerModule.serial(ListModule.OfSeq([Core, next.Core])));
    }

    /// <summary>Appends a dense layer: z = w/√fan_in W x + b β.</summary>
    /// <param name="weight">w.</param>
    /// <param name="bias">b. The layer has no bias if it is 0.</param>
    /// <param name="width">The number of channels, if it matters.</param>
    /// <param name="parameterization">The scaling and the initial distribution of the weights.</param>
    /// <param name="trained">Whether gradient descent changes the weights.</param>
    /// <exception cref="ArgumentException">
    /// w or b is not a finite number, the width is below 1, or the parameterization is none.
    /// </exception>
    public Network Dense(
        double weight = 1,
        double bias = 0,
        int? width = null,
        WeightParameterization parameterization = WeightParameterization.Ntk,
        bool trained = true) =>
        Then(new(LayerModule.denseWith(Options(weight, bias, width, parameterization, trained))));

    /// <summary>The options of a dense layer in the core.</summary>
    internal static Dense Options(
        double weight, double bias, int? width, WeightParameterization parameterization, bool trained) =>
        new(
            weight,
            bias,
            width is { } w ? FSharpOption<int>.Some(w) : FSharpOption<int>.None,
            parameterization switch
            {
                WeightParameterization.Ntk => Parameterization.NtkParameterization,
                WeightParameterization.Standard => Parameterization.StandardParameterization,
                _ => throw new ArgumentOutOfRangeException(
                    nameof(parameterization), parameterization, "Expected Ntk or Standard."),
            },
            trained);

    /// <summary>Appends a nonlinearity.</summary>
    /// <param name="activation">The nonlinearity, which acts on each channel.</param>
    public Network Apply(Activation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        return Then(new(LayerModule.activation(activation.Core)));
    }

    /// <summary>Appends max(x, 0).</summary>
    public Network Relu() => Apply(Activation.Relu);

    /// <summary>Appends erf(x).</summary>
    public Network Erf() => Apply(Activation.Erf());

    /// <summary>Appends x Φ(x).</summary>
    public Network Gelu() => Apply(Activation.Gelu);

    /// <summary>Appends tanh(x).</summary>
    public Network Tanh() => Apply(Activation.Tanh);

    /// <summary>Appends layer normalization.</summary>
    /// <param name="epsilon">ε, added to the mean of x² over the channels before its root divides them.</param>
    /// <exception cref="ArgumentException">ε is negative or not a finite number.</exception>
    public Network LayerNorm(double epsilon = 1e-12) => Then(new(LayerModule.layerNorm(epsilon)));

    /// <summary>Appends a finite layer, which splits the network into two infinitely wide parts.</summary>
    /// <param name="width">The number of channels that are left.</param>
    /// <exception cref="ArgumentException">The width is below 1.</exception>
    public Network Bottleneck(int width) => Then(new(LayerModule.bottleneck(width)));

    /// <summary>Independent copies of this network in series.</summary>
    /// <param name="count">The number of copies, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// The number of copies is below 1, or the whole network becomes too large.
    /// </exception>
    public Network Repeat(int count) => new(LayerModule.repeat(count, Core));

    /// <summary>Explains the network, even if it is refused.</summary>
    public NetworkExplanation Explain() => NetworkExplanation.Of(this);

    /// <summary>The network in the notation, which <see cref="Parse(string)"/> reads back.</summary>
    public override string ToString() => Notation.print(Core);

    /// <inheritdoc/>
    public bool Equals(Network? other) => other is not null && Core.Equals(other.Core);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Network);

    /// <inheritdoc/>
    public override int GetHashCode() => Core.GetHashCode();

    private static FSharpList<Layer> Cores(Network[] networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        return ListModule.OfSeq(networks.Select(n =>
            (n ?? throw new ArgumentException("One of the networks is null.", nameof(networks))).Core));
    }

    private static FSharpOption<Core.Activation> Optional(Activation? activation) =>
        activation is null ? FSharpOption<Core.Activation>.None : FSharpOption<Core.Activation>.Some(activation.Core);
}
