namespace HadamardNtk;

/// <summary>A network of the study of graphs, whose tangent kernel is a graph neural tangent kernel (GNTK).</summary>
/// <remarks>
/// A block is <c>aggregate</c> and then R times <c>relu dense(w=1.41421356)</c>, with a <c>dense</c> before the first
/// one. The vertices of the last block are summed, or with jumping knowledge those of all blocks and of the input. The
/// published code counts one more layer than there are blocks, and calls the kinds of <c>aggregate</c> uniform (sum)
/// and degree (mean). Source: Du et al., Graph neural tangent kernel (2019).
/// </remarks>
/// <param name="Blocks">B, at least 1.</param>
/// <param name="Layers">R, the layers of a block, at least 1.</param>
/// <param name="IsMean">Whether neighbors are averaged, and not summed.</param>
/// <param name="HasJumps">Whether it has jumping knowledge.</param>
public sealed record GntkArchitecture(int Blocks, int Layers, bool IsMean, bool HasJumps)
{
    private const string Pool = "global_sum_pool";

    /// <summary>The name in tables, as in "2 x 3 sum jk".</summary>
    public string Name => $"{Blocks} x {Layers} {(IsMean ? "mean" : "sum")}{(HasJumps ? " jk" : "")}";

    /// <summary>The network.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no blocks, or no layers.</exception>
    public Network ToNetwork()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Blocks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        return Network.Parse(HasJumps ? Jumps : $"{string.Join(' ', AllBlocks)} {Pool}");
    }

    private string Layer => $"(relu dense(w=1.41421356237309515))^{Layers}";

    private string Aggregate => IsMean ? "aggregate(kind=mean)" : "aggregate";

    private IEnumerable<string> AllBlocks =>
        Enumerable.Range(0, Blocks).Select(k => k == 0 ? $"{Aggregate} dense {Layer}" : $"{Aggregate} {Layer}");

    // let h1 = BLOCK in sum(INPUT, POOLED h1, let h2 = h1 BLOCK in sum(POOLED h2, ...)).
    private string Jumps => AllBlocks.Select((block, k) => (Block: k == 0 ? block : $"h{k} {block}", Name: $"h{k + 1}"))
        .Reverse()
        .Aggregate("", (rest, next) =>
        {
            var pooled = $"{next.Name} {Pool}";
            var parts = next.Name == "h1" ? $"dense {Pool}, {pooled}" : pooled;
            var sum = rest.Length > 0 ? $"sum({parts}, {rest})" : next.Name == "h1" ? $"sum({parts})" : pooled;
            return $"let {next.Name} = {next.Block} in {sum}";
        });
}
