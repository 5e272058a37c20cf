namespace HadamardNtk;

/// <summary>
/// Samples whose kernels with many other samples are asked for. A network's kernel prepares them when it is first
/// asked, and once.
/// </summary>
/// <typeparam name="TSamples">The type of the samples.</typeparam>
internal sealed class KnownSamples<TSamples> where TSamples : class
{
    private readonly InfiniteKernel? _network;
    private readonly PreparedSamples? _prepared;

    /// <param name="kernel">The kernel.</param>
    /// <param name="samples">The samples, which nobody changes.</param>
    /// <param name="prepared">The samples where the kernel has prepared them already, otherwise null.</param>
    internal KnownSamples(IKernel<TSamples> kernel, TSamples samples, PreparedSamples? prepared = null)
    {
        (Kernel, Samples) = (kernel, samples);
        if (kernel is InfiniteKernel network && samples is Matrix rows)
        {
            (_network, _prepared) = (network, prepared ?? network.Keep(rows));
        }
    }

    /// <summary>The kernel.</summary>
    internal IKernel<TSamples> Kernel { get; }

    /// <summary>The samples.</summary>
    internal TSamples Samples { get; }

    /// <summary>The kernels between other samples and these, in float64.</summary>
    internal Matrix Cross(TSamples x, GramOptions options, CancellationToken cancellation) =>
        _network is null
            ? Kernel.Cross(x, Samples, options.Exact, cancellation)
            : _network.Cross(Rows(x), _prepared!, options.Exact, cancellation);

    /// <summary>
    /// The product of the kernels between other samples and these with V, in float64. On cpu it takes no memory that
    /// grows with these samples, and its bits are those of the product with the whole matrix.
    /// </summary>
    internal Matrix Multiply(TSamples x, Matrix v, GramOptions options, CancellationToken cancellation) =>
        _network is not null && (options.Backend ?? Backends.Default) is CpuBackend cpu
            ? cpu.Multiply(
                new(_prepared!, Rows(x), _network.Kind, Precision.Float64), v, options.Exact, cancellation)
            : Kernel is IDistantKernel<TSamples>
                ? Kernel.Multiply(x, v, Samples, options.Exact, cancellation)
                : MatrixProducts.Times(Cross(x, options, cancellation), v, options.Workers(cancellation));

    /// <summary>Gives the Gram matrix of these samples to a sink, in the precision of the options.</summary>
    internal void Compute(IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        if (_network is null)
        {
            Kernel.Compute(Samples, null, sink, options, cancellation);
        }
        else
        {
            _network.Compute(_prepared!, sink, options, cancellation);
        }
    }

    /// <summary>The product of the Gram matrix of these samples with V, in the precision of the options.</summary>
    internal Matrix MultiplyGram(Matrix v, GramOptions options, CancellationToken cancellation) =>
        _network is null
            ? Kernel.Multiply(Samples, v, null, options, cancellation)
            : _network.Multiply(_prepared!, v, options, cancellation);

    private static Matrix Rows(TSamples x) => (Matrix)(object)x;
}
