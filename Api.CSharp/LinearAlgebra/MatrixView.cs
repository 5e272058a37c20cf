namespace HadamardNtk;

/// <summary>
/// A rectangle of numbers in memory that it does not own. Entry (i, j) lies at origin + i·rowStride + j·columnStride.
/// One of the two strides is 1.
/// </summary>
/// <remarks>
/// Offsets are native integers, so a view may reach past 2³¹ entries. Nothing is checked here; the span overloads of
/// the algorithms check lengths once, with <see cref="MatrixViews.Require"/>.
/// </remarks>
/// <param name="origin">The address of entry (0, 0), pinned or native for the life of the view.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="columns">The number of columns.</param>
/// <param name="rowStride">The distance, in numbers, from a row to the next.</param>
/// <param name="columnStride">The distance, in numbers, from a column to the next.</param>
internal readonly unsafe struct MatrixView<T>(T* origin, nint rows, nint columns, nint rowStride, nint columnStride)
    where T : unmanaged
{
    /// <summary>A row-major view, (rows x columns), with leading dimension <paramref name="stride"/>.</summary>
    /// <param name="origin">The address of entry (0, 0).</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="stride">The distance from a row to the next.</param>
    internal MatrixView(T* origin, nint rows, nint columns, nint stride)
        : this(origin, rows, columns, stride, 1) { }

    /// <summary>The address of entry (0, 0).</summary>
    internal T* Origin => origin;

    /// <summary>The number of rows.</summary>
    internal nint Rows => rows;

    /// <summary>The number of columns.</summary>
    internal nint Columns => columns;

    /// <summary>The distance from a row to the next.</summary>
    internal nint RowStride => rowStride;

    /// <summary>The distance from a column to the next.</summary>
    internal nint ColumnStride => columnStride;

    /// <summary>Whether the entries of a row lie side by side.</summary>
    internal bool IsRowMajor => columnStride == 1;

    /// <summary>Whether the entries of a column lie side by side.</summary>
    internal bool IsColumnMajor => rowStride == 1;

    /// <summary>
    /// The leading dimension of the rows for LAPACK, which asks for at least 1 and at least a row's length, also if
    /// there is one row or none.
    /// </summary>
    internal nint RowLeading => nint.Max(rowStride, nint.Max(1, columns));

    /// <summary>The leading dimension of the columns for LAPACK.</summary>
    internal nint ColumnLeading => Transpose.RowLeading;

    /// <summary>The same numbers read as the transpose, (columns x rows).</summary>
    internal MatrixView<T> Transpose => new(origin, columns, rows, columnStride, rowStride);

    /// <summary>The address of entry (i, j).</summary>
    /// <param name="i">The row.</param>
    /// <param name="j">The column.</param>
    internal T* At(nint i, nint j) => origin + i * rowStride + j * columnStride;

    /// <summary>The rectangle of <paramref name="height"/> x <paramref name="width"/> entries at (i, j).</summary>
    /// <param name="i">Its first row.</param>
    /// <param name="j">Its first column.</param>
    /// <param name="height">Its number of rows.</param>
    /// <param name="width">Its number of columns.</param>
    internal MatrixView<T> Block(nint i, nint j, nint height, nint width) =>
        new(At(i, j), height, width, rowStride, columnStride);

    /// <summary>Rows i to i + height - 1, all columns.</summary>
    /// <param name="i">The first row.</param>
    /// <param name="height">The number of rows.</param>
    internal MatrixView<T> RowBlock(nint i, nint height) => Block(i, 0, height, columns);

    /// <summary>Columns j to j + width - 1, all rows.</summary>
    /// <param name="j">The first column.</param>
    /// <param name="width">The number of columns.</param>
    internal MatrixView<T> ColumnBlock(nint j, nint width) => Block(0, j, rows, width);

    /// <summary>Sets every entry to zero.</summary>
    internal void Clear()
    {
        for (nint i = 0; i < rows; i++)
        {
            for (nint j = 0; j < columns; j++)
            {
                *At(i, j) = default;
            }
        }
    }

    /// <summary>Copies every entry to a view of the same shape in other memory.</summary>
    /// <param name="to">The copy.</param>
    internal void CopyTo(MatrixView<T> to)
    {
        for (nint i = 0; i < rows; i++)
        {
            for (nint j = 0; j < columns; j++)
            {
                *to.At(i, j) = *At(i, j);
            }
        }
    }
}

/// <summary>The checks of views on spans.</summary>
internal static class MatrixViews
{
    /// <summary>
    /// Checks that <paramref name="length"/> numbers hold a row-major (rows x columns) matrix:
    /// ld ≥ columns and length ≥ (rows - 1)·ld + columns.
    /// </summary>
    /// <param name="length">The length of the span.</param>
    /// <param name="rows">The number of rows, not negative.</param>
    /// <param name="columns">The number of columns, not negative.</param>
    /// <param name="ld">The leading dimension.</param>
    /// <param name="name">The argument to name in the error.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or ld is below columns.</exception>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    internal static void Require(int length, int rows, int columns, int ld, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(ld, columns, name);
        var needed = rows == 0 ? 0 : (rows - 1L) * ld + columns;
        if (length < needed)
        {
            var matrix = $"A {rows} x {columns} matrix with leading dimension {ld}";
            throw new ArgumentException($"{matrix} needs {needed} numbers, not {length}.", name);
        }
    }
}
