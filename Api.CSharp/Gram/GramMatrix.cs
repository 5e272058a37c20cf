namespace HadamardNtk;

/// <summary>
/// A Gram matrix: the kernel of a network at all pairs of rows. In memory, row-major float64; or, opened from a file, on
/// the disk, of any size, read where it is asked for.
/// </summary>
public sealed class GramMatrix : IDisposable
{
    private readonly MappedMatrix? _mapped;
    private readonly Lazy<Matrix> _values;
    private readonly KernelKind? _kind;
    private readonly bool? _isSymmetric;

    internal GramMatrix(Matrix values, KernelKind kind, bool isSymmetric)
    {
        (Rows, Columns, _kind, _isSymmetric) = (values.Rows, values.Columns, kind, isSymmetric);
        _values = new(values);
    }

    private GramMatrix(MappedMatrix mapped)
    {
        (_mapped, Rows, Columns) = (mapped, mapped.Rows, mapped.Columns);
        _isSymmetric = Rows == Columns ? null : false;
        _values = new(() => ReadRows(0, Rows));
    }

    /// <summary>
    /// All the numbers. Of a file they are read into memory, once; use <see cref="CopyRow"/> or <see cref="ReadRows"/>
    /// where that is too much.
    /// </summary>
    /// <exception cref="InvalidOperationException">More numbers than one array holds, 2,147,483,591.</exception>
    public Matrix Values => _values.Value;

    /// <summary>Which kernel it is.</summary>
    /// <exception cref="InvalidOperationException">It was opened from a file, which does not say.</exception>
    public KernelKind Kind => _kind ?? throw Unsaid("which kernel it holds");

    /// <summary>Whether its rows and columns are the same samples.</summary>
    /// <exception cref="InvalidOperationException">It is a square matrix from a file, which does not say.</exception>
    public bool IsSymmetric => _isSymmetric ?? throw Unsaid("whether its rows and columns are the same samples");

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The kernel between sample i and sample j.</summary>
    /// <exception cref="ArgumentOutOfRangeException">i or j lies outside the matrix.</exception>
    public double this[int i, int j] => this[(long)i, j];

    /// <summary>The kernel between sample i and sample j.</summary>
    /// <exception cref="ArgumentOutOfRangeException">i or j lies outside the matrix.</exception>
    public double this[long i, long j]
    {
        get
        {
            RequireInside(i, 1, Rows, nameof(i));
            RequireInside(j, 1, Columns, nameof(j));
            return _mapped is null ? Values[(int)i, (int)j] : _mapped.At(i, j);
        }
    }

    /// <summary>
    /// Opens a matrix in a .npy file (float32 or float64, C order), as <c>Kernel.WriteGram</c> writes it, without
    /// reading it: any number of entries, and only the pages that are asked for come into memory. The file must not be cut
    /// while it is open.
    /// </summary>
    /// <param name="path">The file, not compressed and without a selection.</param>
    /// <exception cref="DataFormatException">The file cannot be read, or holds no such matrix.</exception>
    public static GramMatrix Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(MappedMatrix.Open(path));
    }

    /// <summary>Copies row i.</summary>
    /// <param name="i">The row.</param>
    /// <param name="to">Room for Columns numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">i lies outside the matrix.</exception>
    /// <exception cref="ArgumentException">There is not exactly room for a row.</exception>
    public void CopyRow(long i, Span<double> to) => CopyBlock(i, 0, 1, Columns, to);

    /// <summary>Copies a block: its entry (k, l) is entry (row + k, column + l) of the matrix.</summary>
    /// <param name="row">Its first row.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="to">Room for rows * columns numbers, row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block does not lie in the matrix.</exception>
    /// <exception cref="ArgumentException">There is not exactly room for it.</exception>
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
            Copy(row + k, column, to.Slice(k * columns, columns));
        }
    }

    /// <summary>A copy of the rows start, ..., start + count - 1: count x Columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rows asked for are not all in the matrix.</exception>
    /// <exception cref="InvalidOperationException">They have more numbers than one array holds, 2,147,483,591.</exception>
    public Matrix ReadRows(int start, int count)
    {
        RequireInside(start, count, Rows, nameof(start));
        var length = (long)count * Columns;
        if (length > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"Expected at most {Array.MaxLength} entries in memory; {count} x {Columns} has {length}. Read fewer rows at a time.");
        }

        var data = new double[length];
        CopyBlock(start, 0, count, Columns, data);
        return new Matrix(count, Columns, data);
    }

    /// <summary>
    /// Writes it in float64, in the format of the name: .npy, which a name without an end is too, or comma-separated text (.csv), each
    /// also gzipped (.gz). The file appears only when it is complete.
    /// </summary>
    /// <exception cref="OutputException">The file cannot be written, or its name ends in another format.</exception>
    public void Save(string path)
    {
        var format = ArrayFormat.Of(path);
        if (!format.IsByPosition)
        {
            ArrayFile.Write(path, format, Rows, Columns, Precision.Float64, (i, row) => Copy(i, 0, row));
            return;
        }

        using var writer = NpyTileWriter.Create(path, Rows, Columns);
        var row = new double[Columns];
        for (var i = 0; i < Rows; i++)
        {
            CopyRow(i, row);
            writer.WriteTile(i, 0, row, 1, Columns, Columns);
        }

        writer.Commit();
    }

    /// <summary>The numbers as an array of rows and columns.</summary>
    /// <exception cref="InvalidOperationException">More numbers than one array holds, 2,147,483,591.</exception>
    public double[,] ToArray() => Values.ToArray();

    /// <summary>Closes the file that it was opened from; one in memory is left as it is.</summary>
    public void Dispose() => _mapped?.Dispose();

    private void Copy(long row, long column, Span<double> to)
    {
        if (_mapped is null)
        {
            Values.Row((int)row).Slice((int)column, to.Length).CopyTo(to);
            return;
        }

        _mapped.Copy(row, column, to);
    }

    private static void RequireInside(long start, int count, int size, string name)
    {
        if (start < 0 || count < 0 || start > (long)size - count)
        {
            throw new ArgumentOutOfRangeException(name, start, $"Expected {count} places within 0 to {size - 1}; came {start}.");
        }
    }

    private static InvalidOperationException Unsaid(string what) => new($"A matrix from a file does not say {what}.");
}
