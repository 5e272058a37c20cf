using System.Globalization;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A hyper-parameter of a network: an option of its layers on which its kernels depend smoothly. Immutable.
/// </summary>
/// <remarks>
/// <c>w</c> and <c>b</c> are the scales of the weights and biases of all dense layers, and <c>WORD.KEY</c> an option of
/// all activations with this word, such as <c>leaky_relu.alpha</c>; <c>polynomial.c:2</c> is the third number of a
/// list. <c>w@2</c> is the scale of the second dense layer alone, in the order of the text, in which a repeated layer
/// is written once. Layers with different values keep their ratios, and layers without bias stay without.
/// </remarks>
public sealed class NetworkParameter
{
    private readonly OptionPlace[] _places;

    private NetworkParameter(string name, OptionPlace[] places)
    {
        (Name, _places) = (name, places);
        Value = places.Select(place => place.Value).FirstOrDefault(value => value != 0);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The value in the first of the layers where it is not 0; 0 where it is in all.</summary>
    public double Value { get; }

    /// <summary>
    /// Whether the parameter is a scale, which is positive and searched by its logarithm: w, b, and options that must
    /// not be negative.
    /// </summary>
    public bool IsScale => _places[0].Word == "dense" || _places[0].Key == "gamma";

    /// <summary>The name and the value.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}={Value:R}");

    /// <summary>The hyper-parameters of all layers together, in the order of the network's text.</summary>
    internal static IReadOnlyList<NetworkParameter> Of(Network network) =>
    [
        .. OptionPlaceModule.ofNetwork(network.Core).GroupBy(Common).Select(group => new NetworkParameter(
            group.Key, [.. group])),
    ];

    /// <summary>The hyper-parameter with a name.</summary>
    /// <exception cref="ArgumentException">The network has no such parameter.</exception>
    internal static NetworkParameter Named(Network network, string name)
    {
        var all = Of(network);
        var parts = name.Split('@');
        var places = all.FirstOrDefault(parameter => parameter.Name == parts[0])?._places ?? [];
        var isSingle = parts.Length == 2
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index >= 1 && index <= places.Length;
        return places.Length == 0 || parts.Length > 2 || (parts.Length == 2 && !isSingle)
            ? throw new ArgumentException(
                $"Expected a parameter of the network: {Known(all)}; '{name}' came.", nameof(name))
            : new(name, parts.Length == 1 ? places : [places[int.Parse(parts[1], CultureInfo.InvariantCulture) - 1]]);
    }

    /// <summary>The derivative of a layer's option by this parameter.</summary>
    internal double Speed(OptionPlace place) =>
        !_places.Contains(place) ? 0 : Value == 0 ? 1 : place.Value / Value;

    /// <summary>The network with another value of this parameter.</summary>
    /// <exception cref="ArgumentException">A layer does not accept the value.</exception>
    internal Network In(Network network, double value) => new(OptionPlaceModule.replace(
        Microsoft.FSharp.Core.FuncConvert.FromFunc<OptionPlace, double>(place =>
            _places.Contains(place) ? place.Value + (Speed(place) * (value - Value)) : place.Value),
        network.Core));

    private static string Common(OptionPlace place)
    {
        var key = place.Word == "dense" ? place.Key : $"{place.Word}.{place.Key}";
        return place.Word == "polynomial" ? $"{key}:{place.Index}" : key;
    }

    private static string Known(IReadOnlyList<NetworkParameter> all) => all.Count == 0
        ? "it has none"
        : string.Join(", ", all.Select(parameter => parameter.Name))
            + $", or of one layer alone, as {all[0].Name}@1 to {all[0].Name}@{all[0]._places.Length}";
}

public sealed partial class Network
{
    /// <summary>The hyper-parameters of the network's layers, each of all layers together.</summary>
    public IReadOnlyList<NetworkParameter> Parameters => NetworkParameter.Of(this);

    /// <summary>A hyper-parameter of the network.</summary>
    /// <param name="name">Its name, such as w, b, leaky_relu.alpha, or w@2.</param>
    /// <exception cref="ArgumentException">The network has no such parameter.</exception>
    public NetworkParameter Parameter(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return NetworkParameter.Named(this, name);
    }

    /// <summary>The network with another value of a hyper-parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">The value; layers with other values keep their ratio to it.</param>
    /// <exception cref="ArgumentException">
    /// The network has no such parameter, or a layer does not accept the value.
    /// </exception>
    /// <example><code>var wider = network.With("w", 1.5);</code></example>
    public Network With(string name, double value) => Parameter(name).In(this, value);
}
