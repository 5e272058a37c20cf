using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>A line of a network's tree.</summary>
/// <param name="Depth">The depth of the line in the tree.</param>
/// <param name="Text">The layer, or the relation between its parts.</param>
/// <param name="Number">The number of the layer's signal in the recursion, if it has one.</param>
/// <param name="Facts">
/// The facts of the signal: Gaussian; uneven (channels not alike); mean (not centered); the sources that reach a
/// channel directly (local; x is the input, and W1, W2, … are weights); and the sources whose sign flip flips it (odd).
/// </param>
/// <param name="IsRefused">Whether the network is refused here.</param>
public sealed record NetworkTreeLine(int Depth, string Text, int? Number, string Facts, bool IsRefused);

/// <summary>One step of the recursion.</summary>
/// <param name="Sigma">The NNGP kernel of a signal in terms of those before it.</param>
/// <param name="Theta">The NTK of the signal.</param>
public sealed record RecursionLine(string Sigma, string Theta);

/// <summary>
/// A dual activation in q1 = Σ(x,x), q2 = Σ(x′,x′), c = Σ(x,x′), s = √(q1 q2 − c²), th = atan2(s, c).
/// </summary>
/// <param name="Activation">φ, in the notation.</param>
/// <param name="Value">T = E φ(u) φ(v).</param>
/// <param name="Derivative">T′ = E φ′(u) φ′(v).</param>
/// <param name="Mean">E φ(u).</param>
public sealed record DualLine(string Activation, string Value, string Derivative, string Mean);

/// <summary>The positions of a signal, and the values at pairs of them that a pair of samples needs.</summary>
/// <param name="Number">The number of the signal in the recursion.</param>
/// <param name="Layer">The layer that makes the signal.</param>
/// <param name="Shape">Its positions and channels, as in "32x32 x 3".</param>
/// <param name="Offsets">The offsets p′ − p of the pairs (p, p′) that are needed, as in "all" or "p' = p".</param>
/// <param name="Pairs">The number of these pairs; null for graphs, whose numbers of vertices differ.</param>
public sealed record PositionLine(int Number, string Layer, string Shape, string Offsets, long? Pairs);

/// <summary>
/// The explanation of a network: its tree, its recursion, the formulas in it, and its refusal if it is refused.
/// </summary>
/// <example><code>
/// var explanation = Network.Parse("relu dense").Explain();
/// Console.WriteLine(explanation);                                 // the tree, the recursion, the formulas
/// Console.WriteLine(explanation.Refusal?.Suggestion);             // put a dense before relu
/// </code></example>
public sealed class NetworkExplanation
{
    private NetworkExplanation(Explanation e)
    {
        Tree =
        [
            .. e.Tree.Select(l =>
                new NetworkTreeLine(l.Depth, l.Text, l.Number is { } n ? n.Value : null, l.Facts, l.Refused)),
        ];
        Recursion = [.. e.Recursion.Select(r => new RecursionLine(r.Item1, r.Item2))];
        Duals = [.. e.Duals.Select(d => new DualLine(d.Item1, d.Item2, d.Item3, d.Item4))];
        (Sigma, Theta) = e.Whole is { } whole ? (whole.Value.Item1, whole.Value.Item2) : (null, null);
        Positions =
        [
            .. e.Positions.Select(p =>
                new PositionLine(p.Signal, p.Layer, p.Shape, p.Offsets, p.Pairs is { } n ? n.Value : null)),
        ];
        PositionPairs = e.Pairs is { } pairs ? pairs.Value : null;
        Refusal = e.Refusal is { } refusal ? new NetworkRefusedException(refusal.Value) : null;
    }

    /// <summary>The tree, from the root down.</summary>
    public IReadOnlyList<NetworkTreeLine> Tree { get; }

    /// <summary>The recursion, in order.</summary>
    public IReadOnlyList<RecursionLine> Recursion { get; }

    /// <summary>The dual activations that the recursion uses.</summary>
    public IReadOnlyList<DualLine> Duals { get; }

    /// <summary>Σ of the whole network in k = x·x′/d, if the formula is short.</summary>
    public string? Sigma { get; }

    /// <summary>Θ of the whole network in k = x·x′/d, if the formula is short.</summary>
    public string? Theta { get; }

    /// <summary>
    /// The positions of every signal of the recursion but constants and the row that is read as positions; none for
    /// networks of flat rows, and for those that are refused or do not end in one position.
    /// </summary>
    public IReadOnlyList<PositionLine> Positions { get; }

    /// <summary>
    /// The number of pairs of positions of all signals together, which is the cost of a pair of samples; null where
    /// there are no positions, and for graphs.
    /// </summary>
    public long? PositionPairs { get; }

    /// <summary>The refusal of the network, if it is refused.</summary>
    public NetworkRefusedException? Refusal { get; }

    /// <summary>The tree, the recursion, the dual activations, the kernels and the refusal, in lines.</summary>
    public override string ToString() => ExplanationText.Of(this);

    internal static NetworkExplanation Of(Network network) => new(Explain.network(network.Core));
}
