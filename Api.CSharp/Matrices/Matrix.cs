using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// A real matrix, Rows x Columns, float64, stored row by row: entry (i, j) is <c>AsSpan()[i * Columns + j]</c>.
/// Samples are rows. A matrix may hold any float64; NaN and infinity are refused when files are read. Its constructors
/// copy what they are given, and <see cref="Wrap"/> keeps it. Entries cannot be changed through a matrix, so
/// that threads may share it.
/// </summary>
/// <example><code>
/// Matrix x = new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } };
/// Matrix first = x.SelectRows(0, 1);
/// double[] column = x.Column(1);                                  // 2, 4
/// </code></example>
public sealed class Matrix
{
    private Matrix(double[] data, int rows, int columns) => (Rows, Columns, Data) = (rows, columns, data);

    /// <summary>A copy of a two-dimensional array.</summary>
    /// <param name="values">The entries.</param>
    /// <exception cref="ArgumentException">There are more entries than a .NET array holds (2,147,483,591).</exception>
    public Matrix(double[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Rows, Columns) = (values.GetLength(0), values.GetLength(1));
        Data = new double[Size(Rows, Columns)];
        Flat(values).CopyTo(Data);
    }

    /// <summary>A copy of rows of one length; no rows give a 0 x 0 matrix.</summary>
    /// <param name="rows">The rows.</param>
    /// <exception cref="ArgumentException">A row is missing or has another length than row 0.</exception>
    public Matrix(IEnumerable<IReadOnlyList<double>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var all = rows.ToList();
        (Rows, Columns) = (all.Count, all.Count == 0 ? 0 : all[0]?.Count ?? 0);
        Data = new double[Size(Rows, Columns)];
        for (var i = 0; i < Rows; i++) CopyRow(all[i], i);
    }

    /// <summary>
    /// A matrix on the caller's array, which is kept and not copied. A later write to the array changes the matrix, and
    /// makes the result of a computation that reads it meanwhile undefined.
    /// </summary>
    /// <param name="data">The entries row by row; exactly rows * columns of them.</param>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows or columns is negative.</exception>
    /// <exception cref="ArgumentException">The length of the data is not rows * columns.</exception>
    public static Matrix Wrap(double[] data, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        RequireLength((long)rows * columns, data.Length, rows, columns);
        return new(data, rows, columns);
    }

    /// <summary>Number of rows (samples).</summary>
    public int Rows { get; }

    /// <summary>Number of columns (features, or outputs).</summary>
    public int Columns { get; }

    /// <summary>The storage itself, for code that fills a matrix it has made.</summary>
    internal double[] Data { get; }

    /// <summary>Entry (i, j), both counted from 0.</summary>
    /// <param name="i">The row.</param>
    /// <param name="j">The column.</param>
    /// <exception cref="ArgumentOutOfRangeException">i or j lies outside the matrix.</exception>
    public double this[int i, int j] => Data[Inside(i, Rows, nameof(i)) * Columns + Inside(j, Columns, nameof(j))];

    /// <summary>The same matrix from a two-dimensional array, copied.</summary>
    /// <param name="values">The entries.</param>
    public static implicit operator Matrix(double[,] values) => new(values);

    /// <summary>The Rows * Columns entries, row by row, as a view of the storage.</summary>
    public ReadOnlySpan<double> AsSpan() => Data;

    /// <summary>Row i as a view of the storage, length Columns.</summary>
    /// <param name="i">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">i lies outside the matrix.</exception>
    public ReadOnlySpan<double> Row(int i) => Data.AsSpan(Inside(i, Rows, nameof(i)) * Columns, Columns);

    /// <summary>A copy of column j, length Rows.</summary>
    /// <param name="j">The column, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">j lies outside the matrix.</exception>
    public double[] Column(int j)
    {
        Inside(j, Columns, nameof(j));
        var column = new double[Rows];
        for (var i = 0; i < Rows; i++) column[i] = Data[i * Columns + j];
        return column;
    }

    /// <summary>A copy of the rows start, ..., start + count - 1: count x Columns.</summary>
    /// <param name="start">The first row, counted from 0.</param>
    /// <param name="count">The number of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rows asked for are not all in the matrix.</exception>
    public Matrix SelectRows(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Rows - count);
        return new(Data.AsSpan(start * Columns, count * Columns).ToArray(), count, Columns);
    }

    /// <summary>A copy of some rows in the given order, in which a row may be more than once.</summary>
    /// <param name="rows">Their numbers, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A row lies outside the matrix.</exception>
    /// <exception cref="ArgumentException">There are more entries than a .NET array holds.</exception>
    public Matrix SelectRows(IEnumerable<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int[] chosen = [.. rows];
        var data = new double[Size(chosen.Length, Columns)];
        for (var k = 0; k < chosen.Length; k++)
            Data.AsSpan(Inside(chosen[k], Rows, nameof(rows)) * Columns, Columns).CopyTo(data.AsSpan(k * Columns));
        return new(data, chosen.Length, Columns);
    }

    /// <summary>A copy of some columns in the given order, in which a column may be more than once.</summary>
    /// <param name="columns">Their numbers, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column lies outside the matrix.</exception>
    /// <exception cref="ArgumentException">There are more entries than a .NET array holds.</exception>
    public Matrix SelectColumns(IEnumerable<int> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        int[] chosen = [.. columns];
        foreach (var j in chosen) Inside(j, Columns, nameof(columns));
        var data = new double[Size(Rows, chosen.Length)];
        for (var i = 0; i < Rows; i++)
            for (var k = 0; k < chosen.Length; k++)
                data[i * chosen.Length + k] = Data[i * Columns + chosen[k]];
        return new(data, Rows, chosen.Length);
    }

    /// <summary>A copy as a two-dimensional array, Rows x Columns.</summary>
    public double[,] ToArray()
    {
        var values = new double[Rows, Columns];
        Data.CopyTo(Flat(values));
        return values;
    }

    /// <summary>
    /// The shape, as in <c>Matrix 3 x 4</c>, and below it the first rows and columns, at most 6 x 6, in six digits.
    /// </summary>
    public override string ToString() => MatrixText.Of(this);

    /// <summary>A view of a two-dimensional array's entries, row by row.</summary>
    private static Span<double> Flat(double[,] values) => MemoryMarshal.CreateSpan(
        ref Unsafe.As<byte, double>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);

    private void CopyRow(IReadOnlyList<double>? row, int i)
    {
        if (row is null || row.Count != Columns)
            throw new ArgumentException(
                $"Row {i}: expected {Columns} values as in row 0; came {(row is null ? "null" : row.Count)}.", "rows");
        for (var j = 0; j < Columns; j++) Data[i * Columns + j] = row[j];
    }

    private static int Size(int rows, int columns) => (long)rows * columns is var size && size <= Array.MaxLength
        ? (int)size
        : throw new ArgumentException(
            $"Expected at most {Array.MaxLength} entries; came {rows} x {columns} = {size}.", "values");

    private static void RequireLength(long expected, long actual, int rows, int columns)
    {
        if (expected != actual)
            throw new ArgumentException($"Expected {rows} x {columns} = {expected} values; came {actual}.", "data");
    }

    private static int Inside(int index, int size, string name) => (uint)index < (uint)size
        ? index
        : throw new ArgumentOutOfRangeException(name, index, $"Expected an index from 0 to {size - 1}; came {index}.");
}
