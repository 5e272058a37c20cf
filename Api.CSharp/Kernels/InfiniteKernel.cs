using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// An infinite-width kernel of a network on rows of features: its NTK or its NNGP kernel. The object is immutable and
/// safe to share between threads.
/// </summary>
/// <remarks>
/// A network may read its rows as images or sequences (<c>image(32x32x3)</c>, <c>sequence(100x8)</c>). The backends cpu
/// and reference compute such kernels, and those on tensors where whole blocks of positions fit the device's memory;
/// <c>docs/mathematics.md</c>, section 16, says how.
/// </remarks>
/// <example><code>
/// var kernel = Network.Parse("hadamard(dense relu, dense relu) dense").Ntk();
/// double one = kernel.Evaluate([1.0, 2.0], [0.5, -1.0]);
/// Matrix gram = kernel.Gram(x), cross = kernel.Cross(points, x);
/// kernel.WriteGram("K.npy", x, resume: true);                     // larger than memory; goes on after a kill
/// Matrix product = kernel.Multiply(x, y);                         // K y, without K
/// </code></example>
public sealed partial class InfiniteKernel : RowKernel, IKernel<Matrix>, IWatchedDiagonal<Matrix>
{
    internal InfiniteKernel(KernelProgram program, KernelKind kind) => (Program, Kind) = (program, kind);

    /// <summary>The network.</summary>
    public Network Network => Program.Network;

    /// <summary>Which of the network's two kernels this is.</summary>
    public KernelKind Kind { get; }

    /// <summary>
    /// The NNGP kernel of the network, which is the covariance of infinitely wide networks before training.
    /// </summary>
    public InfiniteKernel Prior => Of(KernelKind.Nngp);

    /// <inheritdoc/>
    IKernel<Matrix> IKernel<Matrix>.Prior => Prior;

    /// <summary>The program that computes the kernels.</summary>
    internal KernelProgram Program { get; }

    /// <summary>The kernel of the same network of the given kind, which shares this one's program.</summary>
    /// <param name="kind">The kind.</param>
    public InfiniteKernel Of(KernelKind kind) => kind == Kind ? this : new(Program, kind);

    /// <summary>
    /// Two functions of pairs of samples that are computed as kernels are: expressions in the second moments of the
    /// Gaussian signal that an activation of the network acts on. They need not be symmetric.
    /// </summary>
    internal (InfiniteKernel First, InfiniteKernel Second) OfMoments(
        Core.Signal activated, Core.Expr first, Core.Expr second)
    {
        var program = new KernelProgram(
            Network, Core.KernelModule.ofMoments(Program.Core, activated, first, second));
        return (new(program, KernelKind.Nngp), new(program, KernelKind.Ntk));
    }

    /// <summary>Computes the kernel at one pair of samples of d features each.</summary>
    /// <inheritdoc cref="EvaluateBoth(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public double Evaluate(ReadOnlySpan<double> x, ReadOnlySpan<double> other) => EvaluateBoth(x, other)[Kind];

    /// <summary>Computes the kernel at one pair of samples of d features each.</summary>
    /// <inheritdoc cref="EvaluateBoth(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public double Evaluate(double[] x, double[] other)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return Evaluate(x.AsSpan(), other.AsSpan());
    }

    /// <summary>Computes Σ and Θ at one pair of samples of d features each.</summary>
    /// <inheritdoc cref="EvaluateBoth(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public KernelValue EvaluateBoth(double[] x, double[] other)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return EvaluateBoth(x.AsSpan(), other.AsSpan());
    }

    /// <summary>Computes Σ and Θ at one pair of samples of d features each.</summary>
    /// <param name="x">The first sample, d numbers.</param>
    /// <param name="other">The second sample, as many.</param>
    /// <exception cref="ArgumentException">The samples are empty or differ in length.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at the pair.</exception>
    public KernelValue EvaluateBoth(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        if (x.Length != other.Length || x.Length == 0)
        {
            throw new ArgumentException(
                $"Expected two samples of equal length, not {x.Length} and {other.Length} features.", nameof(other));
        }

        if (Program.Positions is not null)
        {
            return SliceRequests.Pair(
                Program, Matrix.Wrap(x.ToArray(), 1, x.Length), Matrix.Wrap(other.ToArray(), 1, x.Length));
        }

        var samples = new SampleSet(Program, Matrix.Wrap(x.ToArray(), 1, x.Length));
        var others = new SampleSet(Program, Matrix.Wrap(other.ToArray(), 1, x.Length));
        var product = RowProducts.Dot(x, other) / x.Length;
        return samples.Pair(0, others, 0, product, samples.NewScratch());
    }

    /// <summary>The kind and the network, as in "NTK of dense relu dense".</summary>
    public override string ToString() => $"{(Kind == KernelKind.Ntk ? "NTK" : "NNGP kernel")} of {Network}";

    /// <summary>Computes the Gram matrix of the rows of x (n × d), which is n × n and symmetric.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Compute(x, null, options, cancellation);
    }

    /// <summary>Computes the kernels between the rows of x (n × d) and of other (n′ × d), a matrix of n × n′.</summary>
    /// <param name="x">The samples of the rows of the result.</param>
    /// <param name="other">The samples of the columns of the result.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public override Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return Compute(x, other, options, cancellation);
    }

    /// <summary>Computes the kernel of every row of x with itself, which gives n numbers.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public override double[] Diagonal(Matrix x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Diagonal(x, new Watch(null, cancellation));
    }

    double[] IWatchedDiagonal<Matrix>.Diagonal(Matrix x, Watch watch) => Diagonal(x, watch);

    private double[] Diagonal(Matrix x, Watch watch)
    {
        if (Program.Positions is not null)
        {
            return SliceRequests.Diagonal(new(Program, x, null, Kind, Precision.Float64), watch);
        }

        var samples = new SampleSet(Program, x);
        var scratch = samples.NewScratch();
        var (diagonal, done) = (new double[x.Rows], new StepProgress(watch.Progress, x.Rows));
        for (var i = 0; i < x.Rows; i++)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            diagonal[i] = samples.Pair(i, samples, i, samples.Norm(i), scratch)[Kind];
            done.Add();
        }

        return diagonal;
    }

    /// <summary>Writes a Gram matrix to a file tile by tile, without holding it in memory.</summary>
    /// <remarks>
    /// The end of the name chooses the format: .npy, which is also that of a name without an end, or comma-separated
    /// text (.csv). Each can be gzipped (.gz). A .npy file is written in place. The other formats are made from a .npy
    /// file that lies in the same folder, without a name, until then.
    /// <para>
    /// The provenance of the matrix is written beside it, to the name of the file with <c>.json</c> added;
    /// <see cref="GramProvenance"/> reads it.
    /// </para>
    /// <para>
    /// <paramref name="resume"/> is for .npy alone. With it, two files stand beside the path, with <c>.partial</c> and
    /// <c>.journal</c> added to its name. They outlive every interruption, a kill included. The same call resumes the
    /// work, and the finished file has the bits of one that was never interrupted. Both files are deleted when the
    /// matrix is complete, or when the kernel is not finite. A finished file whose provenance is that of this matrix is
    /// left as it is; one of another matrix is an error.
    /// </para>
    /// </remarks>
    /// <param name="path">The path of the file, which appears only when it is complete.</param>
    /// <param name="x">The samples of the rows of the matrix.</param>
    /// <param name="other">The samples of the columns. Null stands for x, with a symmetric matrix.</param>
    /// <param name="options">The backend, threads, precision and progress. Null stands for the defaults.</param>
    /// <param name="resume">Whether to resume an interrupted file, or to begin one that can be resumed.</param>
    /// <param name="cancellation">The token that stops the work. Nothing is left at the path then.</param>
    /// <returns>Whether the file was written; false where a finished one of this matrix was there.</returns>
    /// <exception cref="OutputException">
    /// The file or its provenance cannot be written, or the file's name ends in an unknown format. Or the files of an
    /// interrupted run belong to another matrix, are damaged, or are in use. Or the file is finished and has another
    /// matrix.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The file is to be resumed, and the network has a custom activation.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public bool WriteGram(
        string path,
        Matrix x,
        Matrix? other = null,
        GramOptions? options = null,
        bool resume = false,
        CancellationToken cancellation = default) =>
        WriteGram(path, x, other, default, options, resume, cancellation);

    /// <summary>Writes a Gram matrix with the names of the files of x and other in its provenance.</summary>
    /// <inheritdoc cref="WriteGram(string, Matrix, Matrix, GramOptions, bool, CancellationToken)"/>
    internal bool WriteGram(
        string path,
        Matrix x,
        Matrix? other,
        (string? X, string? X2) files,
        GramOptions? options,
        bool resume,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        var backend = options.Backend ?? Backends.Default;
        var request = WriteOrder.Of(new(Program, x, other, Kind, options.Precision), backend);
        ArrayFile.RequireWritable(path);
        ProvenanceFile.RequireWritable(path);
        var provenance = GramProvenance.Of(request, backend, files);
        if (resume)
        {
            return ResumableGram.Write(path, request, provenance, options, cancellation);
        }

        GramFile.Write(
            path, request.Rows, request.Columns, options.Precision, request.IsSymmetric,
            sink => backend.Compute(request, sink, options, cancellation), cancellation);
        ProvenanceFile.Write(path, provenance);
        return true;
    }

    /// <summary>Writes a Gram matrix into the caller's memory, row-major without gaps.</summary>
    /// <param name="destination">The destination, whose length is the number of entries.</param>
    /// <param name="x">The samples of the rows of the matrix.</param>
    /// <param name="other">The samples of the columns. Null stands for x, with a symmetric matrix.</param>
    /// <param name="options">The backend, threads, precision and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">
    /// The token that stops the work. The contents of the destination are undefined then.
    /// </param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public void WriteGram(
        Span<double> destination,
        Matrix x,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Fill(destination, x, other, options, cancellation);

    /// <summary>
    /// Writes a Gram matrix into the caller's memory, row-major without gaps, with each entry rounded to float32.
    /// </summary>
    /// <param name="destination">The destination, whose length is the number of entries.</param>
    /// <param name="x">The samples of the rows of the matrix.</param>
    /// <param name="other">The samples of the columns. Null stands for x, with a symmetric matrix.</param>
    /// <param name="options">
    /// The backend, threads, precision of the computation, and progress. Null stands for the defaults.
    /// </param>
    /// <param name="cancellation">
    /// The token that stops the work. The contents of the destination are undefined then.
    /// </param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public void WriteGram(
        Span<float> destination,
        Matrix x,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Fill(destination, x, other, options, cancellation);

    /// <inheritdoc/>
    void IKernel<Matrix>.Compute(
        Matrix x, Matrix? other, IGramSink sink, GramOptions options, CancellationToken cancellation) =>
        (options.Backend ?? Backends.Default).Compute(
            new(Program, x, other, Kind, options.Precision), sink, options, cancellation);

    private void Fill<T>(
        Span<T> destination,
        Matrix x,
        Matrix? other,
        GramOptions? options,
        CancellationToken cancellation)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        Fill(destination, new(Program, x, other, Kind, options.Precision), options, cancellation);
    }

    private static unsafe void Fill<T>(
        Span<T> destination, GramRequest request, GramOptions options, CancellationToken cancellation)
        where T : unmanaged, INumberBase<T>
    {
        if (destination.Length != (long)request.Rows * request.Columns)
        {
            throw new ArgumentException(
                $"Expected room for {request.Rows} x {request.Columns} numbers; came {destination.Length}.",
                nameof(destination));
        }

        fixed (T* target = destination)
        {
            var sink = new WholeSink(
                new MemorySink<T>(request.Columns, request.IsSymmetric, target),
                request.Rows,
                request.Columns,
                request.IsSymmetric,
                typeof(T) == typeof(float));
            (options.Backend ?? Backends.Default).Compute(request, sink, options, cancellation);
            sink.Require();
        }
    }

    private Matrix Compute(Matrix x, Matrix? other, GramOptions? options, CancellationToken cancellation) =>
        Compute(
            new(Program, x, other, Kind, options?.Precision ?? Precision.Float64), options, cancellation);

    private static Matrix Compute(GramRequest request, GramOptions? options, CancellationToken cancellation)
    {
        var values = GC.AllocateUninitializedArray<double>(
            MatrixSize.Of(request.Rows, request.Columns, "Write it to a file instead."));
        Fill(values.AsSpan(), request, options ?? new(), cancellation);
        return Matrix.Wrap(values, request.Rows, request.Columns);
    }
}
