namespace HadamardNtk;

/// <summary>
/// A kernel of a network of finite width at its drawn parameters, on graphs: the tangent kernel
/// Θ_m(x,x′) = 1/C Σ_c ⟨∇f_c(x), ∇f_c(x′)⟩ over the trained parameters, or Σ_m(x,x′) = 1/C Σ_c f_c(x) f_c(x′), with C
/// channels of f. Their means over seeds differ from those of <see cref="GraphKernel"/> by O(1/m). The object is
/// immutable and safe to share between threads.
/// </summary>
/// <remarks>
/// The weights of a layer are shared by all vertices, so that a pair of graphs of P and P′ vertices takes P P′ inner
/// products of m numbers for each layer. Source: docs/mathematics.md, section 6.
/// </remarks>
/// <example><code>
/// var network = Network.Parse("gntk(blocks=2) dense");
/// var graphs = GraphData.Read("MUTAG").Graphs;
/// var finite = FiniteNetwork.Create(network, width: 256, features: graphs.Features, seed: 1);
/// Matrix theta = finite.GraphKernel().Gram(graphs);               // near network.GraphKernel().Gram(graphs)
/// </code></example>
public sealed class FiniteGraphKernel : IKernel<GraphSet>, IWatchedDiagonal<GraphSet>
{
    internal FiniteGraphKernel(FiniteNetwork network, KernelKind kind) => (Network, Kind) = (network, kind);

    /// <summary>The network.</summary>
    public FiniteNetwork Network { get; }

    /// <summary>Which of the two kernels this is.</summary>
    public KernelKind Kind { get; }

    /// <inheritdoc/>
    public int Count(GraphSet samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Count;
    }

    /// <inheritdoc/>
    public GraphSet Select(GraphSet samples, ReadOnlySpan<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Select(chosen);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The vertices have another number of features than the network, which reads no graphs, or takes means where the
    /// weights of a vertex have the sum 0.
    /// </exception>
    /// <exception cref="ArithmeticException">The network overflows at a graph.</exception>
    public Matrix Gram(GraphSet x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Network.Kernel(Kind, x, null, (options ?? new()).Threads, new(options?.Progress, cancellation));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The vertices have another number of features than the network, which reads no graphs, or takes means where the
    /// weights of a vertex have the sum 0.
    /// </exception>
    /// <exception cref="ArithmeticException">The network overflows at a graph.</exception>
    public Matrix Cross(
        GraphSet x, GraphSet other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Network.Kernel(Kind, x, other, (options ?? new()).Threads, new(options?.Progress, cancellation));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The vertices have another number of features than the network, which reads no graphs, or takes means where the
    /// weights of a vertex have the sum 0.
    /// </exception>
    /// <exception cref="ArithmeticException">The network overflows at a graph.</exception>
    public double[] Diagonal(GraphSet x, CancellationToken cancellation = default) =>
        Network.Diagonal(Kind, x, new GramOptions().Threads, new(null, cancellation));

    double[] IWatchedDiagonal<GraphSet>.Diagonal(GraphSet x, Watch watch) =>
        Network.Diagonal(Kind, x, new GramOptions().Threads, watch);

    /// <summary>The kernel and the network, as in "NTK of gntk(blocks=2) dense at width 64, on graphs".</summary>
    public override string ToString() =>
        $"{Kind.ToString().ToUpperInvariant()} of {Network.Network} at width {Network.Width}, on graphs";
}
