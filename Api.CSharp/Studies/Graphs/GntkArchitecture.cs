namespace HadamardNtk;

/// <summary>A network of the study of graphs, whose tangent kernel is a graph neural tangent kernel (GNTK).</summary>
/// <remarks>
/// A block is <c>aggregate</c> and then R times <c>relu dense(w=1.41421356)</c>, with a <c>dense</c> before the first
/// one. The vertices of the last block are summed, or with jumping knowledge those of all blocks and of the input; the
/// latter is <c>gntk</c> in the notation. The published code counts one more layer than there are blocks, and calls the
/// kinds of <c>aggregate</c> uniform (sum) and degree (mean). Source: Du et al., Graph neural tangent kernel (2019).
/// </remarks>
/// <param name="Blocks">B, from 1 to 250.</param>
/// <param name="Layers">R, the layers of a block, from 1 to 250.</param>
/// <param name="IsMean">Whether neighbors are averaged, and not summed.</param>
/// <param name="HasJumps">Whether it has jumping knowledge.</param>
public sealed record GntkArchitecture(int Blocks, int Layers, bool IsMean, bool HasJumps)
{
    /// <summary>The most blocks and layers that the notation takes.</summary>
    internal const int Most = 250;

    /// <summary>The name in tables, as in "2 x 3 sum jk".</summary>
    public string Name => $"{Blocks} x {Layers} {(IsMean ? "mean" : "sum")}{(HasJumps ? " jk" : "")}";

    /// <summary>The network.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no blocks or no layers, or more than 250.
    /// </exception>
    public Network ToNetwork()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Blocks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Blocks, Most);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Layers, Most);
        return Network.Parse(HasJumps ? Jumps : $"{string.Join(' ', AllBlocks)} global_sum_pool");
    }

    private string Jumps => $"gntk(blocks={Blocks},mlp={Layers}{(IsMean ? ",kind=mean" : "")})";

    private string Layer => $"(relu dense(w=1.41421356237309515))^{Layers}";

    private string Aggregate => IsMean ? "aggregate(kind=mean)" : "aggregate";

    private IEnumerable<string> AllBlocks =>
        Enumerable.Range(0, Blocks).Select(k => k == 0 ? $"{Aggregate} dense {Layer}" : $"{Aggregate} {Layer}");
}
