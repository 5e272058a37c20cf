namespace HadamardNtk;

/// <summary>The Gram matrix K of n samples, whose rows are computed when they are asked for.</summary>
/// <param name="options">Backend, threads and precision.</param>
/// <param name="cancellation">Stops the work.</param>
internal abstract class KernelRows(GramOptions options, CancellationToken cancellation)
{
    /// <summary>n, the number of samples.</summary>
    internal abstract int Count { get; }

    /// <summary>The threads for linear algebra with this matrix.</summary>
    internal Workers Workers => options.Workers(cancellation);

    /// <summary>K's diagonal.</summary>
    internal abstract double[] Diagonal();

    /// <summary>The Gram matrix of some of the samples.</summary>
    internal abstract KernelRows Only(ReadOnlySpan<int> chosen);

    /// <summary>The Gram matrix of the samples first, ..., first + count − 1.</summary>
    internal KernelRows Range(int first, int count) => Only([.. Enumerable.Range(first, count)]);

    /// <summary>The kernels between these samples and others of the same kernel, n × n′, in float64.</summary>
    internal abstract Matrix Cross(KernelRows others);

    /// <summary>The whole of K, in memory and in float64.</summary>
    internal abstract Matrix Gram(IProgress<double>? progress = null);

    /// <summary>K V, computed in float64 without storing K.</summary>
    internal abstract Matrix Multiply(Matrix v);

    /// <summary>K V, computed in the precision of the options without storing K.</summary>
    internal abstract Matrix MultiplyAsAsked(Matrix v);

    /// <summary>Gives the whole matrix to a sink of a symmetric matrix.</summary>
    internal abstract void Compute(IGramSink sink, IProgress<double>? progress);

    /// <summary>Whether other machines compute the kernels.</summary>
    internal virtual bool IsElsewhere => false;

    /// <summary>Begins products with rows that other machines keep; null where this machine computes them.</summary>
    /// <param name="kept">The precision of the rows, or null where they are computed for every product.</param>
    /// <param name="others">
    /// The samples of the columns, whose kernels are computed in float64; or null for these, in the precision of the
    /// options.
    /// </param>
    internal virtual IDistantProducts? BeginElsewhere(Precision? kept, KernelRows? others = null) => null;

    /// <summary>All on which the bits of products with this matrix depend; null where it has no description.</summary>
    internal virtual RunDescription? Description => null;

    /// <summary>Writes the whole matrix to a file.</summary>
    internal void Write(string path, IProgress<double>? progress) => GramFile.Write(
        path, Count, Count, options.Precision, isSymmetric: true, sink => Compute(sink, progress), cancellation);
}

/// <summary>The Gram matrix of samples of one type.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="samples">The samples.</param>
/// <param name="options">Backend, threads and precision.</param>
/// <param name="cancellation">Stops the work.</param>
/// <param name="prepared">The samples where a network's kernel has prepared them already, otherwise null.</param>
internal sealed class KernelRows<TSamples>(
    IKernel<TSamples> kernel,
    TSamples samples,
    GramOptions options,
    CancellationToken cancellation,
    PreparedSamples? prepared = null)
    : KernelRows(options, cancellation)
    where TSamples : class
{
    private readonly GramOptions _options = options with { Progress = null };
    private readonly CancellationToken _cancellation = cancellation;
    private readonly KnownSamples<TSamples> _known = new(kernel, samples, prepared);

    internal override int Count { get; } = kernel.Count(samples);

    internal override double[] Diagonal() => kernel.Diagonal(samples, _cancellation);

    internal override KernelRows Only(ReadOnlySpan<int> chosen) =>
        new KernelRows<TSamples>(kernel, kernel.Select(samples, chosen), _options, _cancellation);

    internal override Matrix Cross(KernelRows others) =>
        ((KernelRows<TSamples>)others)._known.Cross(samples, _options, _cancellation);

    internal override Matrix Gram(IProgress<double>? progress = null) =>
        kernel.Gram(samples, _options.Exact with { Progress = progress }, _cancellation);

    internal override Matrix Multiply(Matrix v) =>
        _known.MultiplyGram(v, _options.Exact, _cancellation);

    internal override Matrix MultiplyAsAsked(Matrix v) => _known.MultiplyGram(v, _options, _cancellation);

    internal override bool IsElsewhere => kernel is IDistantKernel<TSamples>;

    internal override IDistantProducts? BeginElsewhere(Precision? kept, KernelRows? others = null) =>
        (kernel as IDistantKernel<TSamples>)?.Begin(
            samples, (others as KernelRows<TSamples>)?._known.Samples, kept,
            others is null ? _options : _options.Exact);

    internal override RunDescription? Description => (kernel, samples) switch
    {
        (IDistantKernel<TSamples> distant, _) => distant.Describe(samples, _options),
        (InfiniteKernel network, Matrix rows) => network.Describe(rows, _options),
        _ => null,
    };

    internal override void Compute(IGramSink sink, IProgress<double>? progress) =>
        _known.Compute(sink, _options with { Progress = progress }, _cancellation);
}
