namespace HadamardNtk;

/// <summary>A Gram matrix whose rows are computed when they are asked for, in float64.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="kind">The kind of kernel: NTK or NNGP.</param>
/// <param name="samples">The samples, n × d.</param>
/// <param name="options">Backend, threads and precision.</param>
/// <param name="cancellation">Stops the work.</param>
internal sealed class KernelRows(
    Kernel kernel, KernelKind kind, Matrix samples, GramOptions options, CancellationToken cancellation)
{
    private readonly GramOptions _exact = options with { Progress = null, Precision = Precision.Float64 };

    /// <summary>n, the number of samples.</summary>
    internal int Count => samples.Rows;

    /// <summary>The samples.</summary>
    internal Matrix Samples => samples;

    /// <summary>The threads for linear algebra with this matrix.</summary>
    internal Workers Workers => options.Workers(cancellation);

    /// <summary>K's diagonal.</summary>
    internal double[] Diagonal() => kernel.Diagonal(samples, kind);

    /// <summary>Rows of K, one for each chosen sample: m × n.</summary>
    internal Matrix Rows(ReadOnlySpan<int> chosen) => Cross(MatrixProducts.Rows(samples, chosen), samples);

    /// <summary>K between the chosen samples, m × m.</summary>
    internal Matrix Square(ReadOnlySpan<int> chosen) =>
        kernel.Gram(MatrixProducts.Rows(samples, chosen), kind, _exact, cancellation).Values;

    /// <summary>K between the samples first, ..., first + count − 1 and others: count × m.</summary>
    internal Matrix Block(int first, int count, Matrix others) => Cross(samples.SelectRows(first, count), others);

    /// <summary>The kernels between some samples and others: m × count.</summary>
    internal Matrix Block(Matrix some, Matrix others) => Cross(some, others);

    /// <summary>The whole of K, in memory.</summary>
    internal Matrix Gram(IProgress<double>? progress) =>
        kernel.Gram(samples, kind, _exact with { Progress = progress }, cancellation).Values;

    /// <summary>K V, computed in float64 without storing K.</summary>
    internal Matrix Multiply(Matrix v) => kernel.Multiply(samples, v, null, kind, _exact, cancellation);

    /// <summary>K V, computed in the precision of the options without storing K.</summary>
    internal Matrix MultiplyAsAsked(Matrix v) =>
        kernel.Multiply(samples, v, null, kind, options with { Progress = null }, cancellation);

    /// <summary>Gives the whole matrix to a sink.</summary>
    internal void Compute(Func<GramRequest, IGramSink> sink, IProgress<double>? progress)
    {
        var request = new GramRequest(kernel.Program, samples, null, kind, options.Precision);
        (options.Backend ?? Backends.Default).Compute(
            request, sink(request), options with { Progress = progress }, cancellation);
    }

    /// <summary>Writes the whole matrix to a file.</summary>
    internal void Write(string path, IProgress<double>? progress) =>
        kernel.WriteGram(path, samples, null, kind, options with { Progress = progress }, cancellation: cancellation);

    /// <summary>The Gram matrix of some of the samples.</summary>
    internal KernelRows Only(ReadOnlySpan<int> chosen) =>
        new(kernel, kind, MatrixProducts.Rows(samples, chosen), options, cancellation);

    private Matrix Cross(Matrix rows, Matrix columns) => kernel.Cross(rows, columns, kind, _exact, cancellation).Values;
}
