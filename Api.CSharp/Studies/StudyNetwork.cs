using System.Globalization;

namespace HadamardNtk;

/// <summary>A network of a study, with the name that tables and charts give it.</summary>
/// <param name="Name">The name, as in "PNN 3".</param>
/// <param name="Network">The network.</param>
public sealed record StudyNetwork(string Name, Network Network)
{
    /// <summary>The text of the network, as it was given.</summary>
    public string Notation { get; private init; } = Network.ToString();

    /// <summary>A network from its text in the notation.</summary>
    /// <param name="name">The name.</param>
    /// <param name="notation">The text.</param>
    public static StudyNetwork Parse(string name, string notation) =>
        new(name, Network.Parse(notation)) { Notation = notation };

    /// <summary>
    /// The product of N independent ReLU layers with a read-out, f = C (relu(U_1 z) ∗ ... ∗ relu(U_N z)).
    /// </summary>
    /// <param name="factors">N.</param>
    /// <param name="bias">The bias b of every dense layer.</param>
    internal static StudyNetwork Product(int factors, double bias = 0)
    {
        var text = bias.ToString(CultureInfo.InvariantCulture);
        var layer = bias == 0 ? "dense(w=1.41421356) relu" : $"dense(w=1.41421356,b={text}) relu";
        var last = bias == 0 ? "dense" : $"dense(b={text})";
        return Parse(
            $"PNN {factors}", $"hadamard({string.Join(", ", Enumerable.Repeat(layer, factors))}) {last}");
    }
}
