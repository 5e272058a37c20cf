namespace HadamardNtk;

/// <summary>
/// A kernel of a network of infinite width whose Gram matrices a cluster of workers computes. Every entry has the bits
/// of <see cref="InfiniteKernel"/> on this machine: workers take part only if they run the same build and their
/// processors give the same bits.
/// </summary>
/// <remarks>
/// The matrices in memory come from the workers in messages. <c>WriteGram</c> lets workers that share the file's
/// folder write into the file. The diagonal is computed on this machine.
/// Products with vectors are computed by bands of rows, and a regression by conjugate gradients consists of them.
/// <para>
/// The work is checked: two workers compute a sampled share of the tiles, and the first tile of every worker. Where
/// their bits differ, this machine computes the tile. A worker that was wrong is left out, and its tiles are computed
/// again.
/// </para>
/// </remarks>
public sealed partial class ClusterKernel
    : RowKernel, IDistantKernel<Matrix>, IWatchedDiagonal<Matrix>, IAsyncDisposable, IDisposable
{
    private readonly ClusterConnection _connection;
    private readonly double _checkedShare = 1.0 / 64;

    private ClusterKernel(InfiniteKernel kernel, ClusterConnection connection) =>
        (Kernel, _connection) = (kernel, connection);

    /// <summary>The kernel.</summary>
    public InfiniteKernel Kernel { get; }

    /// <summary>
    /// The share of the tiles that two workers compute, besides the first of every worker; from 0 to 1. The default is
    /// 1/64. Of a product with vectors, this machine computes a row of as large a share of the bands, and the first
    /// band of every worker.
    /// </summary>
    public double CheckedShare
    {
        get => _checkedShare;
        init => _checkedShare = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a share from 0 to 1, not {value}.");
    }

    /// <summary>
    /// The workers that computed wrong bits in the last matrix, product, fit or prediction. Their tiles were computed
    /// again.
    /// </summary>
    public IReadOnlyCollection<string> WrongWorkers { get; private set; } = [];

    /// <inheritdoc/>
    IKernel<Matrix> IKernel<Matrix>.Prior => Kernel.Prior;

    /// <summary>Connects to a cluster.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="checkedShare">The share of the tiles that two workers compute, from 0 to 1.</param>
    /// <param name="cancellation">The token that stops the attempt.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="NotSupportedException">
    /// The network has a custom activation, which workers do not know.
    /// </exception>
    /// <exception cref="ClusterException">No worker can be reached.</exception>
    public static async Task<ClusterKernel> ConnectAsync(
        InfiniteKernel kernel,
        ClusterOptions cluster,
        double checkedShare = 1.0 / 64,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(cluster);
        ClusterJobs.RequireText(kernel.Network);
        var connection = await ClusterConnection.Open(cluster, cancellation).ConfigureAwait(false);
        return new(kernel, connection) { CheckedShare = checkedShare };
    }

    /// <inheritdoc/>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return TryNear(x, options ?? new(), cancellation) ?? InMemory(x, null, options ?? new(), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    public override Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        return TryKept(x, other, options ?? new(), cancellation) ?? InMemory(x, other, options ?? new(), cancellation);
    }

    /// <inheritdoc/>
    public override double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
        Kernel.Diagonal(x, cancellation);

    double[] IWatchedDiagonal<Matrix>.Diagonal(Matrix x, Watch watch) =>
        Kernel.Diagonal(x, watch.Progress, watch.Cancellation);

    /// <summary>
    /// Writes a Gram matrix to a .npy file. The bytes are those of <see cref="InfiniteKernel.WriteGram(string, Matrix,
    /// Matrix, GramOptions, bool, CancellationToken)"/>, and its provenance stands beside it.
    /// </summary>
    /// <remarks>
    /// To be resumed, the matrix is in files with <c>.partial</c>, <c>.journal</c> and <c>.partial.token</c> added to
    /// its name until it is complete. Workers know the partial file by the token.
    /// </remarks>
    /// <inheritdoc cref="InfiniteKernel.WriteGram(string, Matrix, Matrix, GramOptions, bool, CancellationToken)"/>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    public bool WriteGram(
        string path,
        Matrix x,
        Matrix? other = null,
        GramOptions? options = null,
        bool resume = false,
        CancellationToken cancellation = default) =>
        WriteGram(path, x, other, default, options, resume, cancellation);

    /// <summary>Writes a Gram matrix with the names of the files of x and other.</summary>
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
        var (request, backend) = (Request(x, other, options), ClusterJobs.Backend(options));
        ArrayFile.RequireWritable(path);
        ProvenanceFile.RequireWritable(path);
        path = OutputPlace.Of(path).Beside;
        ResumableGram.RequireNpy(path);
        var provenance = GramProvenance.Of(request, backend, files);
        if (resume && !File.Exists(path + ".partial") && ResumableGram.IsFinished(path, provenance))
        {
            return false;
        }

        Note(new ClusterGram(_connection, request, backend, options, CheckedShare)
            .Write(path, provenance, files, resume, cancellation));
        return true;
    }

    /// <inheritdoc/>
    void IKernel<Matrix>.Compute(
        Matrix x, Matrix? other, IGramSink sink, GramOptions options, CancellationToken cancellation) =>
        Compute(x, other, sink, options, cancellation);

    /// <summary>Leaves the cluster.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Leaves the cluster.</summary>
    public void Dispose() => Task.Run(async () => await _connection.DisposeAsync()).GetAwaiter().GetResult();

    private GramRequest Request(Matrix x, Matrix? other, GramOptions options) =>
        new(Kernel.Program, x, other, Kernel.Kind, options.Precision);

    private unsafe Matrix InMemory(Matrix x, Matrix? other, GramOptions options, CancellationToken cancellation)
    {
        var (rows, columns) = (x.Rows, (other ?? x).Rows);
        var values = GC.AllocateUninitializedArray<double>(
            MatrixSize.Of(rows, columns, "Write it to a file instead."), pinned: true);
        var target = (double*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(values));
        Compute(x, other, new MemorySink<double>(columns, other is null, target), options, cancellation);
        return Matrix.Wrap(values, rows, columns);
    }

    private void Compute(
        Matrix x, Matrix? other, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        var (request, backend) = (Request(x, other, options), ClusterJobs.Backend(options));
        var side = LeaseGrid.UsualSide(request.Rows, request.Columns);
        var job = ClusterJobs.Describe(request, backend, default, side, CheckedShare);
        var session = new JobSession(_connection, job, request, backend, sink);
        Task.Run(() => session.Run(() => { }, options.Progress, cancellation), CancellationToken.None)
            .GetAwaiter().GetResult();
        Note(session.Wrong);
    }
}
