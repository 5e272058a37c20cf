using System.Globalization;
using static HadamardNtk.Core.Architecture;

namespace HadamardNtk;

/// <summary>
/// The network of a model's manifest: its text, and of every custom activation in it some values. A file cannot name
/// the function, but the values tell whether a function that is given at loading is the same.
/// </summary>
/// <param name="Text">The network in the notation, in which custom activations stand by their names.</param>
/// <param name="Activations">φ at <see cref="Points"/> by the name of φ; null if there is none.</param>
internal sealed record KeptNetwork(string Text, SortedDictionary<string, double[]>? Activations)
{
    // The mathematical functions of two machines may differ in their last digits.
    private const double Tolerance = 1e-9;

    private static readonly double[] Points = [-3, -1.5, -0.7, -0.2, 0.1, 0.6, 1.3, 2.6];

    /// <summary>The network as a manifest has it.</summary>
    /// <exception cref="NotSupportedException">The name of a custom activation cannot stand in a text.</exception>
    internal static KeptNetwork Of(Network network)
    {
        var own = LayerModule.customActivations(network.Core).Select(phi => new Activation(phi)).ToArray();
        try
        {
            var text = network.ToString();
            return Network.Parse(text, own).Equals(network)
                ? new(text, own.Length == 0 ? null : Known(own))
                : throw new NotSupportedException($"The network {text} has an activation that a model file cannot name.");
        }
        catch (Exception e) when (e is ArgumentException or NetworkSyntaxException)
        {
            throw new NotSupportedException($"A model file cannot name a custom activation of this network. {e.Message}", e);
        }
    }

    /// <summary>Whether a manifest has values for each of its activations.</summary>
    internal static bool IsComplete(SortedDictionary<string, double[]>? activations) =>
        activations?.Values.All(values => values?.Length == Points.Length) != false;

    /// <summary>The lines of a checksum that stand for the activations.</summary>
    internal static IEnumerable<string> Lines(SortedDictionary<string, double[]>? activations) =>
        (activations ?? []).OrderBy(phi => phi.Key, StringComparer.Ordinal).Select(phi =>
            $"{phi.Key}={string.Join(',', phi.Value.Select(x => x.ToString("R", CultureInfo.InvariantCulture)))}");

    /// <summary>The kernel of the network.</summary>
    /// <param name="manifest">The manifest's path.</param>
    /// <param name="kind">The kind of the kernel.</param>
    /// <param name="given">The activations that are given for those of the names; null for none.</param>
    /// <param name="maker">What writes such models.</param>
    /// <exception cref="DataFormatException">
    /// An activation is missing or another one than that of the model, or the text is no network with a kernel.
    /// </exception>
    internal InfiniteKernel Kernel(string manifest, string kind, IEnumerable<Activation>? given, string maker)
    {
        var known = given?.ToArray() ?? [];
        if (Array.Exists(known, phi => phi is null))
        {
            throw new ArgumentException("Expected activations; one is null.", nameof(given));
        }

        foreach (var (name, values) in Activations ?? [])
        {
            Require(manifest, name, values, Array.Find(known, phi => phi.Name == name));
        }

        try
        {
            return Network.Parse(Text, Array.FindAll(known, phi => Activations?.ContainsKey(phi.Name) == true))
                .Kernel(kind == "nngp" ? KernelKind.Nngp : KernelKind.Ntk);
        }
        catch (Exception e) when (e is NetworkSyntaxException or NetworkRefusedException or ArgumentException)
        {
            throw ModelFile.Bad(manifest, "a network that has a kernel", e.Message, maker, e);
        }
    }

    private static void Require(string manifest, string name, double[] values, Activation? given)
    {
        if (given is null)
        {
            throw new DataFormatException(
                manifest, $"the custom activation {name}, which a file cannot hold,", "none",
                "give it to Load as one of its activations");
        }

        var (found, size) = (Values(given), values.Max(Math.Abs));
        for (var i = 0; i < Points.Length; i++)
        {
            if (!(Math.Abs(found[i] - values[i]) <= Tolerance * size))
            {
                throw new DataFormatException(
                    manifest, $"the activation {name} that the model was saved with",
                    string.Create(CultureInfo.InvariantCulture, $"another, which is {found[i]:G6} at {Points[i]}"),
                    "give the function that the model was fitted with");
            }
        }
    }

    private static SortedDictionary<string, double[]> Known(Activation[] activations) =>
        new(activations.ToDictionary(phi => phi.Name, Values), StringComparer.Ordinal);

    private static double[] Values(Activation phi) => Array.ConvertAll(Points, phi.Evaluate);
}
