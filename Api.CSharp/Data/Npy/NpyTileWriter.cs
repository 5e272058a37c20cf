using System.Buffers;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Writes a matrix larger than memory to an npy file, tile by tile, in any order and from any number of threads. It
/// needs memory for a few rows of a tile. The file appears at its name only at <see cref="Commit"/>; a writer that
/// failed or was disposed before leaves nothing. Entries that were never written are 0.
/// </summary>
public sealed class NpyTileWriter : IDisposable
{
    /// <summary>The number of bytes of a row that a transposition reads at once: two cache lines.</summary>
    private const int TransposedAtOnce = 128;

    private readonly PartialFile _file;
    private readonly Precision _precision;
    private readonly int _headerLength;
    private readonly long _length;

    private NpyTileWriter(PartialFile file, byte[] header, long rows, long columns, Precision precision)
    {
        (_file, Rows, Columns, _precision, _headerLength) = (file, rows, columns, precision, header.Length);
        _length = Length(rows, columns, precision);
        try
        {
            _file.Write(header, 0);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The number of rows of the whole matrix.</summary>
    public long Rows { get; }

    /// <summary>The number of columns of the whole matrix.</summary>
    public long Columns { get; }

    /// <summary>Begins a file, and reserves its disk space where the file system can.</summary>
    /// <param name="path">The file to create, in a folder that exists; a file of that name is replaced.</param>
    /// <param name="rows">The number of rows of the whole matrix, at least 1.</param>
    /// <param name="columns">The number of columns of the whole matrix, at least 1.</param>
    /// <param name="precision">float64 (default) or float32.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no rows or columns, or the file would have more than 2^63 - 1 bytes.
    /// </exception>
    /// <exception cref="OutputException">The file cannot be created, or there is not enough space.</exception>
    public static NpyTileWriter Create(
        string path, long rows, long columns, Precision precision = Precision.Float64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        return On(PartialFile.Create(path, Length(rows, columns, precision)), rows, columns, precision);
    }

    /// <summary>A writer on an open file. Entries that were written before stay.</summary>
    internal static NpyTileWriter On(PartialFile file, long rows, long columns, Precision precision) =>
        new(file, Header(rows, columns, precision), rows, columns, precision);

    /// <summary>The length of the whole file in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The file would have more than 2^63 - 1 bytes.</exception>
    internal static long Length(long rows, long columns, Precision precision)
    {
        var length = (Int128)rows * columns * NpyEncoder.Size(precision) + Header(rows, columns, precision).Length;
        return length <= long.MaxValue
            ? (long)length
            : throw new ArgumentOutOfRangeException(
                nameof(rows), rows, $"Expected a file of at most {long.MaxValue} bytes; came {length}.");
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
    [OverloadResolutionPriority(1)]
    public void WriteTile(
        long row, long column, ReadOnlySpan<double> tile, int tileRows, int tileColumns, int tileStride) =>
        Put(row, column, tile, tileRows, tileColumns, tileStride);

    /// <summary>The same for a tile in float32, which a file in float32 takes as it is.</summary>
    /// <param name="row">The row of the tile's first entry in the matrix.</param>
    /// <param name="column">The column of the tile's first entry in the matrix.</param>
    /// <param name="tile">The entries, row by row.</param>
    /// <param name="tileRows">Rows of the tile.</param>
    /// <param name="tileColumns">Columns of the tile.</param>
    /// <param name="tileStride">Entries from one row of the tile to the next, at least tileColumns.</param>
    /// <exception cref="ArgumentException">The tile does not lie in the matrix, or its span is too short.</exception>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    public void WriteTile(
        long row, long column, ReadOnlySpan<float> tile, int tileRows, int tileColumns, int tileStride) =>
        Put(row, column, tile, tileRows, tileColumns, tileStride);

    /// <summary>
    /// Writes the transpose of a tile: its entry (i, j), <c>tile[i * tileStride + j]</c>, at (column + j, row + i).
    /// With the arguments of <c>WriteTile</c> it fills the other half of a symmetric matrix.
    /// </summary>
    /// <param name="row">The row of the tile itself: the column of its transpose in the matrix.</param>
    /// <param name="column">The column of the tile itself: the row of its transpose in the matrix.</param>
    /// <param name="tile">The entries of the tile itself, row by row.</param>
    /// <param name="tileRows">Rows of the tile itself.</param>
    /// <param name="tileColumns">Columns of the tile itself.</param>
    /// <param name="tileStride">Entries from one row of the tile to the next, at least tileColumns.</param>
    /// <exception cref="ArgumentException">The transpose is not in the matrix, or the span is too short.</exception>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    [OverloadResolutionPriority(1)]
    public void WriteTransposed(
        long row, long column, ReadOnlySpan<double> tile, int tileRows, int tileColumns, int tileStride) =>
        PutTransposed(row, column, tile, tileRows, tileColumns, tileStride);

    /// <summary>The same for a tile in float32, which a file in float32 takes as it is.</summary>
    /// <param name="row">The row of the tile itself: the column of its transpose in the matrix.</param>
    /// <param name="column">The column of the tile itself: the row of its transpose in the matrix.</param>
    /// <param name="tile">The entries of the tile itself, row by row.</param>
    /// <param name="tileRows">Rows of the tile itself.</param>
    /// <param name="tileColumns">Columns of the tile itself.</param>
    /// <param name="tileStride">Entries from one row of the tile to the next, at least tileColumns.</param>
    /// <exception cref="ArgumentException">The transpose is not in the matrix, or the span is too short.</exception>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    public void WriteTransposed(
        long row, long column, ReadOnlySpan<float> tile, int tileRows, int tileColumns, int tileStride) =>
        PutTransposed(row, column, tile, tileRows, tileColumns, tileStride);

    /// <summary>Flushes to the disk and gives the file its name. Call it once, after all tiles.</summary>
    /// <exception cref="OutputException">Writing failed, now or before; the partial file is deleted.</exception>
    public void Commit() => _file.Commit(_length);

    /// <summary>Closes the file, and deletes it unless <see cref="Commit"/> was called.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a tile of either type.</summary>
    internal void Put<T>(long row, long column, ReadOnlySpan<T> tile, int tileRows, int tileColumns, int tileStride)
        where T : unmanaged
    {
        RequireTile(tile.Length, tileRows, tileColumns, tileStride);
        RequireInside(row, tileRows, Rows, nameof(row));
        RequireInside(column, tileColumns, Columns, nameof(column));
        _file.RequireOpen();
        var whole = tileColumns == Columns && tileStride == tileColumns;
        if (whole) WriteRun(row, column, tile[..(tileRows * tileColumns)]);
        for (var i = 0; i < tileRows && !whole; i++) WriteRun(row + i, column, tile.Slice(i * tileStride, tileColumns));
    }

    /// <summary>Writes the transpose of a tile of either type.</summary>
    internal void PutTransposed<T>(
        long row, long column, ReadOnlySpan<T> tile, int tileRows, int tileColumns, int tileStride) where T : unmanaged
    {
        RequireTile(tile.Length, tileRows, tileColumns, tileStride);
        RequireInside(column, tileColumns, Rows, nameof(column));
        RequireInside(row, tileRows, Columns, nameof(row));
        _file.RequireOpen();
        if (tileRows == 0) return;
        using var strip = new Strip<T>(Math.Min(AtOnce<T>(), tileColumns), tileRows);
        for (var j = 0; j < tileColumns; j += AtOnce<T>())
        {
            var count = Math.Min(AtOnce<T>(), tileColumns - j);
            Transposition.Copy(tile[j..], tileRows, count, tileStride, strip.Values, strip.Stride);
            for (var k = 0; k < count; k++) WriteRun(column + j + k, row, strip.Row(k)[..tileRows]);
        }
    }

    /// <summary>
    /// Writes a square tile on the diagonal, at (row, row), from its upper triangle, which is mirrored.
    /// </summary>
    internal void PutSymmetric<T>(long row, ReadOnlySpan<T> tile, int side, int tileStride) where T : unmanaged
    {
        RequireTile(tile.Length, side, side, tileStride);
        RequireInside(row, side, Math.Min(Rows, Columns), nameof(row));
        _file.RequireOpen();
        using var strip = new Strip<T>(Math.Min(AtOnce<T>(), side), side);
        for (var i = 0; i < side; i += AtOnce<T>())
        {
            var count = Math.Min(AtOnce<T>(), side - i);
            Transposition.Copy(tile[i..], i + count, count, tileStride, strip.Values, strip.Stride);
            for (var k = 0; k < count; k++)
            {
                tile.Slice((i + k) * tileStride + i + k, side - i - k).CopyTo(strip.Row(k)[(i + k)..]);
                WriteRun(row + i + k, row, strip.Row(k)[..side]);
            }
        }
    }

    private static int AtOnce<T>() => TransposedAtOnce / Unsafe.SizeOf<T>();

    private void WriteRun<T>(long row, long column, ReadOnlySpan<T> run) where T : unmanaged
    {
        var before = checked(row * Columns + column);
        NpyEncoder.Write(_file, checked(_headerLength + NpyEncoder.Size(_precision) * before), run, _precision);
    }

    private static byte[] Header(long rows, long columns, Precision precision) =>
        new NpyHeader(NpyEncoder.Descr(precision), false, [rows, columns]).ToBytes();

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

    /// <summary>A few rows of pooled memory.</summary>
    private readonly ref struct Strip<T>(int rows, int columns) where T : unmanaged
    {
        private readonly T[] _values = ArrayPool<T>.Shared.Rent(rows * Transposition.Stride<T>(columns));

        public int Stride { get; } = Transposition.Stride<T>(columns);

        public Span<T> Values => _values;

        public Span<T> Row(int i) => _values.AsSpan(i * Stride, Stride);

        public void Dispose() => ArrayPool<T>.Shared.Return(_values);
    }
}
