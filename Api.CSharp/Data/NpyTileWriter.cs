using System.Buffers;

namespace HadamardNtk;

/// <summary>
/// Writes a matrix larger than memory to an npy file, tile by tile, in any order and from any number of threads. Memory
/// is that of one tile. The file appears at its name only at <see cref="Commit"/>; a writer that is disposed before, or
/// that failed, leaves nothing. Entries that were never written are 0.
/// </summary>
public sealed class NpyTileWriter : IDisposable
{
    /// <summary>Rows of a transposed tile brought together at once: a cache line of them.</summary>
    private const int TransposedAtOnce = 8;

    private readonly PartialFile _file;
    private readonly Precision _precision;
    private readonly int _headerLength;
    private readonly long _length;

    private NpyTileWriter(string path, byte[] header, long rows, long columns, Precision precision)
    {
        (Rows, Columns, _precision, _headerLength) = (rows, columns, precision, header.Length);
        _length = Length(rows, columns);
        _file = PartialFile.Create(path, _length);
        _file.Write(header, 0);
    }

    /// <summary>Number of rows of the whole matrix.</summary>
    public long Rows { get; }

    /// <summary>Number of columns of the whole matrix.</summary>
    public long Columns { get; }

    /// <summary>Begins a file, with its space on the disk reserved where the file system can.</summary>
    /// <param name="path">The file to create, in a folder that exists; a file of that name is replaced.</param>
    /// <param name="rows">Rows of the whole matrix, at least 1.</param>
    /// <param name="columns">Columns of the whole matrix, at least 1.</param>
    /// <param name="precision">float64 (default) or float32.</param>
    /// <exception cref="ArgumentOutOfRangeException">No rows or columns, or more bytes than 2^63 - 1.</exception>
    /// <exception cref="OutputException">The file cannot be created, or there is not enough space.</exception>
    public static NpyTileWriter Create(
        string path, long rows, long columns, Precision precision = Precision.Float64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var header = new NpyHeader(NpyEncoder.Descr(precision), false, [rows, columns]).ToBytes();
        return new NpyTileWriter(path, header, rows, columns, precision);
    }

    /// <summary>Writes a tile whose entry (i, j) is <c>tile[i * tileStride + j]</c> at (row + i, column + j).</summary>
    /// <param name="row">The row of the tile's first entry in the matrix.</param>
    /// <param name="column">The column of the tile's first entry in the matrix.</param>
    /// <param name="tile">The entries, row by row.</param>
    /// <param name="tileRows">Rows of the tile.</param>
    /// <param name="tileColumns">Columns of the tile.</param>
    /// <param name="tileStride">Entries from one row of the tile to the next, at least tileColumns.</param>
    /// <exception cref="ArgumentException">The tile does not lie in the matrix, or its span is too short.</exception>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    public void WriteTile(
        long row, long column, ReadOnlySpan<double> tile, int tileRows, int tileColumns, int tileStride)
    {
        RequireTile(tile.Length, tileRows, tileColumns, tileStride);
        RequireInside(row, tileRows, Rows, nameof(row));
        RequireInside(column, tileColumns, Columns, nameof(column));
        _file.RequireOpen();
        var whole = tileColumns == Columns && tileStride == tileColumns;
        if (whole) WriteRun(row, column, tile[..(tileRows * tileColumns)]);
        for (var i = 0; i < tileRows && !whole; i++) WriteRun(row + i, column, tile.Slice(i * tileStride, tileColumns));
    }

    /// <summary>
    /// Writes the transpose of a tile: its entry (i, j), <c>tile[i * tileStride + j]</c>, at (column + j, row + i).
    /// With the arguments of <see cref="WriteTile"/> it fills the other half of a symmetric matrix.
    /// </summary>
    /// <param name="row">The row of the tile itself: the column of its transpose in the matrix.</param>
    /// <param name="column">The column of the tile itself: the row of its transpose in the matrix.</param>
    /// <param name="tile">The entries of the tile itself, row by row.</param>
    /// <param name="tileRows">Rows of the tile itself.</param>
    /// <param name="tileColumns">Columns of the tile itself.</param>
    /// <param name="tileStride">Entries from one row of the tile to the next, at least tileColumns.</param>
    /// <exception cref="ArgumentException">The transpose is not in the matrix, or the span is too short.</exception>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    public void WriteTransposed(
        long row, long column, ReadOnlySpan<double> tile, int tileRows, int tileColumns, int tileStride)
    {
        RequireTile(tile.Length, tileRows, tileColumns, tileStride);
        RequireInside(column, tileColumns, Rows, nameof(column));
        RequireInside(row, tileRows, Columns, nameof(row));
        _file.RequireOpen();
        var buffer = ArrayPool<double>.Shared.Rent(Math.Min(TransposedAtOnce, tileColumns) * tileRows);
        try
        {
            for (var j = 0; j < tileColumns && tileRows > 0; j += TransposedAtOnce)
            {
                var count = Math.Min(TransposedAtOnce, tileColumns - j);
                Transpose(tile[j..], tileRows, count, tileStride, buffer);
                for (var k = 0; k < count; k++) WriteRun(column + j + k, row, buffer.AsSpan(k * tileRows, tileRows));
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    /// <summary>Flushes to the disk and gives the file its name. Call it once, after all tiles.</summary>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    public void Commit() => _file.Commit(_length);

    /// <summary>Without <see cref="Commit"/> before, deletes what was written.</summary>
    public void Dispose() => _file.Dispose();

    private static void Transpose(ReadOnlySpan<double> tile, int rows, int columns, int stride, Span<double> into)
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++) into[j * rows + i] = tile[i * stride + j];
    }

    private void WriteRun(long row, long column, ReadOnlySpan<double> run)
    {
        var before = checked(row * Columns + column);
        NpyEncoder.Write(_file, checked(_headerLength + NpyEncoder.Size(_precision) * before), run, _precision);
    }

    private long Length(long rows, long columns)
    {
        var length = (Int128)rows * columns * NpyEncoder.Size(_precision) + _headerLength;
        return length <= long.MaxValue
            ? (long)length
            : throw new ArgumentOutOfRangeException(
                nameof(rows), rows, $"Expected a file of at most {long.MaxValue} bytes; came {length}.");
    }

    private static void RequireTile(int length, int rows, int columns, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        var needed = rows == 0 ? 0 : (rows - 1) * (long)stride + columns;
        if (length < needed)
            throw new ArgumentException(
                $"Expected a tile of {rows} x {columns} with stride {stride}, {needed} values; came {length}.", "tile");
    }

    private static void RequireInside(long start, int count, long size, string name)
    {
        if (start < 0 || start > size - count)
            throw new ArgumentOutOfRangeException(
                name, start, $"Expected {count} places within 0 to {size - 1}; came {start} to {start + count - 1}.");
    }
}
