using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The NTK or the NNGP kernel of a network at infinite width on graphs, in float64: with <c>aggregate</c>, graph neural
/// networks, among them the graph neural tangent kernel (GNTK). The object is immutable and safe to share between
/// threads.
/// </summary>
/// <remarks>
/// Vertices with the same features whose neighborhoods are alike, up to the number of aggregations, have the same
/// signals. They are computed once for all pairs of a batch of graphs. Networks with an attention, with an activation
/// that has no closed form, or with signals of whole graphs that meet those of vertices, are computed pair by pair,
/// some hundred times more slowly. The angle between the signals of proportional vertices, unlike that of equal ones,
/// is known to 1e-8. Source: docs/mathematics.md, section 16; Du et al., Graph neural tangent kernel (2019).
/// </remarks>
/// <example><code>
/// var network = Network.Parse("aggregate dense (relu dense(w=1.41421356))^2 global_sum_pool");
/// Matrix gram = network.GraphKernel().Gram(GraphData.Read("MUTAG").Graphs);
/// </code></example>
public sealed class GraphKernel : IKernel<GraphSet>, IWatchedDiagonal<GraphSet>
{
    private readonly Signal _signal;

    internal GraphKernel(Network network, KernelKind kind)
    {
        var result = GraphProgramModule.ofGraphs(network.Core);
        _signal = result.IsOk ? result.ResultValue : throw new NetworkRefusedException(result.ErrorValue);
        (Network, Kind) = (network, kind);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Which of the two kernels this is.</summary>
    public KernelKind Kind { get; }

    /// <inheritdoc/>
    IKernel<GraphSet> IKernel<GraphSet>.Prior =>
        Kind == KernelKind.Nngp ? this : new GraphKernel(Network, KernelKind.Nngp);

    /// <summary>The kernel and the network, as in "NTK of aggregate dense relu global_sum_pool, on graphs".</summary>
    public override string ToString() => $"{Kind.ToString().ToUpperInvariant()} of {Network}, on graphs";

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
    /// <exception cref="ArgumentException">The network takes means, and a vertex's weights have the sum 0.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a graph.</exception>
    public Matrix Gram(GraphSet x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        var values = new double[MatrixSize.Of(x.Count, x.Count)];
        var all = x.Count * (x.Count + 1L) / 2;
        Compute(x, null, false, all, options ?? new(), cancellation, (i, j, value) =>
        {
            values[i * x.Count + j] = value;
            values[j * x.Count + i] = value;
        });
        return Matrix.Wrap(values, x.Count, x.Count);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The numbers of features differ, or the network takes means, and the weights of a vertex have the sum 0.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a graph.</exception>
    public Matrix Cross(
        GraphSet x, GraphSet other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        if (x.Features != other.Features && x.Count > 0 && other.Count > 0)
        {
            throw new ArgumentException(
                $"Expected graphs whose vertices have {x.Features} features; came {other.Features}.", nameof(other));
        }

        var values = new double[MatrixSize.Of(x.Count, other.Count)];
        Compute(
            x, other, false, values.LongLength, options ?? new(), cancellation,
            (i, j, value) => values[i * other.Count + j] = value);
        return Matrix.Wrap(values, x.Count, other.Count);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The network takes means, and a vertex's weights have the sum 0.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a graph.</exception>
    public double[] Diagonal(GraphSet x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Diagonal(x, new GramOptions(), cancellation);
    }

    double[] IWatchedDiagonal<GraphSet>.Diagonal(GraphSet x, Watch watch) =>
        Diagonal(x, new GramOptions { Progress = watch.Progress }, watch.Cancellation);

    private double[] Diagonal(GraphSet x, GramOptions options, CancellationToken cancellation)
    {
        var diagonal = new double[x.Count];
        Compute(x, null, true, x.Count, options, cancellation, (i, j, value) =>
        {
            if (i == j)
            {
                diagonal[i] = value;
            }
        });
        return diagonal;
    }

    private void Compute(
        GraphSet x,
        GraphSet? other,
        bool diagonal,
        long all,
        GramOptions options,
        CancellationToken cancellation,
        Action<int, int, double> write)
    {
        var workers = options.Workers(cancellation);
        if (x.Count == 0 || other is { Count: 0 })
        {
            options.Progress?.Report(1);
            return;
        }

        var finished = new StepProgress(options.Progress, all);
        var program = GraphProgramModule.compile(_signal, x.Features, Kind == KernelKind.Ntk);
        if (program?.Value is { } code)
        {
            using var gram = new GraphGram(code, x, other, workers);
            if (!gram.IsBeyondRange)
            {
                gram.Compute(write, diagonal, finished.Add);
                return;
            }
        }

        ByDefinition(x, other, diagonal, workers, write, finished.Add);
    }

    private void ByDefinition(
        GraphSet x, GraphSet? other, bool diagonal, Workers workers, Action<int, int, double> write, Action<long> done)
    {
        var pair = SpatialKernel.evaluator(_signal);
        SpatialSample[] rows = [.. x.Select(GraphSample.Of)];
        SpatialSample[] columns = other is null ? rows : [.. other.Select(GraphSample.Of)];
        workers.For(rows.Length, at =>
        {
            var i = (int)at;
            for (var j = diagonal ? i : 0; j < (other is null ? i + 1 : columns.Length); j++)
            {
                workers.Cancellation.ThrowIfCancellationRequested();
                var (nngp, ntk) = pair.Invoke(rows[i]).Invoke(columns[j]);
                var value = Kind == KernelKind.Nngp ? nngp : ntk;
                write(i, j, double.IsFinite(value) ? value : throw GraphGram.Undefined(x[i], value, i));
                done(1);
            }
        });
    }
}
