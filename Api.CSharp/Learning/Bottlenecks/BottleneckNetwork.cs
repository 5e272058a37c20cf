using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A network with bottlenecks, F = f_L(…f_1(g(x))): g is infinitely wide with d_1 outputs, and every head f_l has one
/// infinitely wide hidden layer. The notation is <c>g bottleneck(width=d) f</c>. Immutable.
/// </summary>
/// <remarks>
/// A bottleneck has no weights: it is the width of the dense layers before it. Without it the network is
/// <see cref="Joined"/>, which is also the limit of great d. Source: Littwin, Saremi, Zhai, Thilak, Goh, Susskind and
/// Yang, Implicit acceleration and feature learning in infinitely wide neural networks with bottlenecks (2021).
/// </remarks>
public sealed class BottleneckNetwork
{
    private BottleneckNetwork(Network network, Core.BottleneckNetwork core)
    {
        (Network, Core) = (network, core);
        Features = new(core.Features);
        Joined = new(core.Joined);
        Widths = [.. core.Widths];
        HeadCores = [.. core.Heads];
        Heads = [.. HeadCores.Select(head => new Network(head.Layer))];
    }

    /// <summary>The whole network.</summary>
    public Network Network { get; }

    /// <summary>g, the network before the first bottleneck.</summary>
    public Network Features { get; }

    /// <summary>f_1, …, f_L, the networks behind the bottlenecks.</summary>
    public IReadOnlyList<Network> Heads { get; }

    /// <summary>d_1, …, d_L, the widths of the bottlenecks.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>The network without its bottlenecks.</summary>
    public Network Joined { get; }

    internal Core.BottleneckNetwork Core { get; }

    internal IReadOnlyList<Head> HeadCores { get; }

    /// <summary>Cuts a network at its bottlenecks.</summary>
    /// <param name="network">The network, with at least one bottleneck.</param>
    /// <exception cref="NetworkRefusedException">
    /// There is no bottleneck, it does not stand in series, g has no kernel or does not end in a dense layer, or a head
    /// is not one hidden layer. The message says what to change.
    /// </exception>
    public static BottleneckNetwork Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var result = Bottleneck.ofNetwork(network.Core);
        return result.IsOk ? new(network, result.ResultValue) : throw new NetworkRefusedException(result.ErrorValue);
    }

    /// <summary>The network with stated widths at its bottlenecks and its end, to be read at finite width.</summary>
    /// <param name="outputs">C, the number of outputs.</param>
    /// <exception cref="ArgumentException">The network ends in another number of outputs.</exception>
    public Network Finite(int outputs = 1)
    {
        RequireOutputs(outputs);
        return new(Bottleneck.finite(outputs, Core)!.Value);
    }

    /// <summary>Requires that the network may have this number of outputs.</summary>
    /// <exception cref="ArgumentException">It ends in another number.</exception>
    internal void RequireOutputs(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (HeadCores[^1].Second.Width is { Value: var stated } && stated != outputs)
        {
            throw new ArgumentException(
                $"Expected {stated} outputs, as the network ends in dense(width={stated}); there are {outputs}. "
                + "Leave the width out, or give it the number of outputs.",
                nameof(outputs));
        }
    }

    /// <summary>Requires that the kernels of the heads have gradients.</summary>
    /// <exception cref="NetworkRefusedException">One has none.</exception>
    internal void RequireGradients()
    {
        foreach (var head in HeadCores)
        {
            if (HeadModule.gradient(head) is { IsError: true, ErrorValue: var refusal })
            {
                throw new NetworkRefusedException(refusal);
            }
        }
    }

    /// <summary>The infinite network with some of its layers trained, g or the heads or both.</summary>
    internal Network JoinedTrained(bool features, bool heads)
    {
        Network Part(Network part, bool isTrained) => isTrained ? part : new(Bottlenecks.freeze(part.Core));
        return Heads.Aggregate(Part(Features, features), (all, head) => all.Then(Part(head, heads)));
    }
}
