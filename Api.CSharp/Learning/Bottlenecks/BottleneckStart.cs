using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The start of a training: g_0 at all samples, and the parameters of the heads, which make f_0. Immutable.
/// </summary>
public sealed class BottleneckStart
{
    // The streams of the heads' parameters lie far from each other and from that of g.
    private const long HeadStream = 0x5851_F42D_4C95_7F2D;

    internal BottleneckStart(Matrix embeddings, double[][] heads, int headWidth) =>
        (Embeddings, Heads, HeadWidth) = (embeddings, heads, headWidth);

    /// <summary>g_0, N × d_1: the training samples, and the test samples behind them.</summary>
    public Matrix Embeddings { get; }

    /// <summary>M, the number of hidden units of each head.</summary>
    public int HeadWidth { get; }

    /// <summary>The parameters of each head in the order in which a finite network has them: B, β, A, γ.</summary>
    internal double[][] Heads { get; }

    /// <summary>
    /// The start of a network of finite width m, so that a training in function space can be compared with that of
    /// <see cref="BottleneckNetwork.Finite"/> at the same width and seed.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The samples, those of a test behind those of training.</param>
    /// <param name="outputs">C, the number of outputs.</param>
    /// <param name="width">m, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="progress">Receives the part of the samples that are done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Widths do not fit.</exception>
    public static BottleneckStart OfFinite(
        BottleneckNetwork network,
        Matrix x,
        int outputs,
        int width,
        long seed,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        network.RequireOutputs(outputs);

        // The parameters of g are drawn first, so that g alone has the same ones.
        var before = new Network(Bottlenecks.narrow(network.Widths[0], network.Features.Core)!.Value);
        var features = HadamardNtk.FiniteNetwork.Create(before, width, x.Columns, seed, null, cancellation);
        var whole = FiniteNetworkModule.create(width, x.Columns, seed, network.Finite(outputs).Core);
        var parameters = FiniteNetworkModule.parameters(whole);
        var at = features.ParameterCount;
        var heads = new double[network.HeadCores.Count][];
        for (var l = 0; l < heads.Length; l++)
        {
            var count = HeadSize(network, l, outputs, width);
            heads[l] = parameters[at..(at + count)];
            at += count;
        }

        return at == parameters.Length
            ? new(features.Outputs(x, progress, cancellation), heads, width)
            : throw new ArgumentException(
                "Expected heads whose hidden layers have the width of the network; one states another width.",
                nameof(network));
    }

    /// <summary>Draws g_0 from its Gaussian process, and the parameters of the heads.</summary>
    internal static BottleneckStart Draw(
        BottleneckNetwork network, Matrix x, int outputs, int headWidth, long seed, GramOptions gram, Workers workers)
    {
        var root = network.Features.Nngp().Gram(x, gram.Exact, workers.Cancellation);
        SemidefiniteRoot.Factor(root, workers);
        var width = network.Widths[0];
        var noise = Matrix.Wrap(Draws.normals(seed, MatrixSize.Of(x.Rows, width)), x.Rows, width);
        double[][] heads =
        [
            .. Enumerable.Range(0, network.HeadCores.Count).Select(l => Draws.normals(
                unchecked(seed + (l + 1) * HeadStream), HeadSize(network, l, outputs, headWidth))),
        ];
        return new(MatrixProducts.Times(root, noise, workers), heads, headWidth);
    }

    /// <summary>Requires that a start is one of this network at this number of samples.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal void Require(BottleneckNetwork network, int samples, int outputs)
    {
        var isAlike = Heads.Length == network.HeadCores.Count
            && Heads.Select((head, l) => head.Length == HeadSize(network, l, outputs, HeadWidth)).All(same => same);
        if (Embeddings.Rows != samples || Embeddings.Columns != network.Widths[0] || !isAlike)
        {
            throw new ArgumentException(
                $"Expected a start of this network at {samples} samples, with embeddings of {network.Widths[0]} "
                + $"numbers; its embeddings are {Embeddings.Rows} x {Embeddings.Columns}.",
                "options");
        }
    }

    /// <summary>The number of parameters of head l.</summary>
    /// <exception cref="ArgumentException">There are more than one array holds.</exception>
    internal static int HeadSize(BottleneckNetwork network, int l, int outputs, int width)
    {
        var (inputs, to) = (network.Widths[l], Outputs(network, l, outputs));
        var count = Bottleneck.parameterCount(width, inputs, to, network.HeadCores[l]);
        return Math.Max(count, (long)inputs * to) <= Array.MaxLength
            ? (int)count
            : throw new ArgumentException(
                $"Expected a head of at most {Array.MaxLength} parameters; behind a bottleneck of {inputs} numbers "
                + $"one of {width} units and {to} outputs has {count}. Give a smaller width.",
                "options");
    }

    /// <summary>The number of outputs of head l.</summary>
    internal static int Outputs(BottleneckNetwork network, int l, int outputs) =>
        l + 1 < network.Widths.Count ? network.Widths[l + 1] : outputs;
}
