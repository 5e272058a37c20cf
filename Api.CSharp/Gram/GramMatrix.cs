namespace HadamardNtk;

/// <summary>
/// A Gram matrix in a file, as <c>WriteGram</c> and <c>hntk gram</c> write it. It stays on the disk, may have any size,
/// and is read where it is asked for. Threads may share it until it is closed.
/// </summary>
/// <example><code>
/// using var gram = GramMatrix.Open("K.npy");
/// double entry = gram[0, 1];
/// Matrix rows = gram.ReadRows(100, 10);
/// var model = KernelRegression.Fit(gram, y);
/// </code></example>
public sealed class GramMatrix : IDisposable
{
    private readonly MappedMatrix _mapped;
    private readonly Lazy<Matrix> _values;
    private readonly Lazy<GramProvenance?> _provenance;
    private bool _isClosed;

    private GramMatrix(MappedMatrix mapped, string path)
    {
        _mapped = mapped;
        _provenance = new(() => ProvenanceOf(path));
        _values = new(() => ReadRows(0, Rows));
    }

    /// <summary>
    /// All entries, which are read into memory once. <see cref="CopyRow"/> and <see cref="ReadRows"/> read less.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The matrix has more entries than one array holds, 2,147,483,591.
    /// </exception>
    public Matrix Values => _values.Value;

    /// <summary>The number of rows.</summary>
    public int Rows => _mapped.Rows;

    /// <summary>The number of columns.</summary>
    public int Columns => _mapped.Columns;

    /// <summary>
    /// The origin of the matrix: network, kernel, precision and samples. It is null where no file K.npy.json beside the
    /// matrix states it, as beside a matrix of another program, and where that file is damaged or describes another
    /// matrix; <see cref="GramProvenance.Read"/> says which. It is read, and compared with the file, when it is first
    /// asked for.
    /// </summary>
    public GramProvenance? Provenance => _provenance.Value;

    /// <summary>Which of a network's kernels it is; null where its provenance is not known.</summary>
    public KernelKind? Kind => Provenance?.Kernel;

    /// <summary>The kernel between sample i and sample j.</summary>
    /// <param name="i">The row, counted from 0.</param>
    /// <param name="j">The column, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">i or j lies outside the matrix.</exception>
    public double this[int i, int j] => this[(long)i, j];

    /// <summary>The kernel between sample i and sample j.</summary>
    /// <param name="i">The row, counted from 0.</param>
    /// <param name="j">The column, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">i or j lies outside the matrix.</exception>
    public double this[long i, long j]
    {
        get
        {
            RequireInside(i, 1, Rows, nameof(i));
            RequireInside(j, 1, Columns, nameof(j));
            return _mapped.At(i, j);
        }
    }

    /// <summary>
    /// Opens a matrix in a .npy file (float32 or float64, C order), as <c>WriteGram</c> writes it, without
    /// reading its entries. The matrix may have any size, and only the pages that are asked for come into memory. The
    /// file must not be cut while it is open.
    /// </summary>
    /// <param name="path">The path of the file, which is not compressed and has no selection.</param>
    /// <exception cref="DataFormatException">
    /// The file cannot be read, or does not hold a matrix of this format.
    /// </exception>
    public static GramMatrix Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(MappedMatrix.Open(path), Path.GetFullPath(path));
    }

    /// <summary>Copies row i.</summary>
    /// <param name="i">The row.</param>
    /// <param name="to">The destination, which has room for Columns numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">i lies outside the matrix.</exception>
    /// <exception cref="ArgumentException">The length of the destination is not that of a row.</exception>
    public void CopyRow(long i, Span<double> to) => CopyBlock(i, 0, 1, Columns, to);

    /// <summary>Copies a block: its entry (k, l) is entry (row + k, column + l) of the matrix.</summary>
    /// <param name="row">The block's first row.</param>
    /// <param name="column">The block's first column.</param>
    /// <param name="rows">The number of rows of the block.</param>
    /// <param name="columns">The number of columns of the block.</param>
    /// <param name="to">The destination of rows * columns numbers, row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not lie in the matrix.</exception>
    /// <exception cref="ArgumentException">The length of the destination is not rows * columns.</exception>
    public void CopyBlock(long row, long column, int rows, int columns, Span<double> to)
    {
        RequireInside(row, rows, Rows, nameof(row));
        RequireInside(column, columns, Columns, nameof(column));
        if ((long)rows * columns != to.Length)
        {
            throw new ArgumentException($"Expected room for {rows} x {columns} numbers; came {to.Length}.", nameof(to));
        }

        for (var k = 0; k < rows; k++)
        {
            _mapped.Copy(row + k, column, to.Slice(k * columns, columns));
        }
    }

    /// <summary>A copy of the rows start, ..., start + count - 1: count x Columns.</summary>
    /// <param name="start">The first row, counted from 0.</param>
    /// <param name="count">The number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">Some of the rows lie outside the matrix.</exception>
    /// <exception cref="InvalidOperationException">
    /// The rows have more entries than one array holds, 2,147,483,591.
    /// </exception>
    public Matrix ReadRows(int start, int count)
    {
        RequireInside(start, count, Rows, nameof(start));
        var length = (long)count * Columns;
        if (length > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"Expected at most {Array.MaxLength} entries in memory; {count} x {Columns} has {length}. "
                + "Read fewer rows at a time.");
        }

        var data = new double[length];
        CopyBlock(start, 0, count, Columns, data);
        return Matrix.Wrap(data, count, Columns);
    }

    /// <summary>
    /// Writes the matrix in float64. The end of the name chooses the format: .npy, which is also that of a name without
    /// an end, or comma-separated text (.csv). Each can be gzipped (.gz). The file appears only when it is complete.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="OutputException">The file cannot be written, or its name ends in an unknown format.</exception>
    public void Save(string path, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var format = ArrayFormat.Of(path);
        if (!format.IsByPosition)
        {
            ArrayFile.Write(
                path, format, Rows, Columns, Precision.Float64, (i, row) => _mapped.Copy(i, 0, row),
                new(progress, cancellation));
            return;
        }

        using var writer = NpyTileWriter.Create(path, Rows, Columns);
        var (row, done) = (new double[Columns], new StepProgress(progress, Rows));
        for (var i = 0; i < Rows; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            CopyRow(i, row);
            writer.WriteTile(i, 0, row, 1, Columns, Columns);
            done.Add();
        }

        writer.Commit();
    }

    /// <summary>Copies the entries to an array of rows and columns.</summary>
    /// <exception cref="InvalidOperationException">
    /// The matrix has more entries than one array holds, 2,147,483,591.
    /// </exception>
    public double[,] ToArray() => Values.ToArray();

    /// <summary>
    /// The shape, the network where it is known, and below them the first entries, at most 6 x 6, while the file is
    /// open.
    /// </summary>
    public override string ToString()
    {
        var origin = Provenance is { } known ? $", {known.Kernel.ToString().ToUpperInvariant()} of {known.Network}" : "";
        return ShownText.Table(
            $"GramMatrix {Rows} x {Columns}{origin}",
            Rows,
            _isClosed ? 0 : Columns,
            (i, j) => ShownText.Number(this[i, j]));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _mapped.Dispose();
    }

    private static GramProvenance? ProvenanceOf(string path)
    {
        try
        {
            return GramProvenance.Read(path);
        }
        catch (DataFormatException)
        {
            return null;
        }
    }

    private static void RequireInside(long start, int count, int size, string name)
    {
        if (start < 0 || count < 0 || start > (long)size - count)
        {
            throw new ArgumentOutOfRangeException(
                name, start, $"Expected {count} places within 0 to {size - 1}; came {start}.");
        }
    }
}
