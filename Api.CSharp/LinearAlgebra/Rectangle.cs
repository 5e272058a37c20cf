namespace HadamardNtk;

/// <summary>
/// A rectangle of numbers of either precision in memory that it does not own. Entry (i, j) lies at
/// origin + i·rowStride + j·columnStride. One of the two strides is 1.
/// </summary>
/// <param name="origin">The address of entry (0, 0), pinned or native for the life of the rectangle.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="columns">The number of columns.</param>
/// <param name="rowStride">The distance, in numbers, from a row to the next.</param>
/// <param name="columnStride">The distance, in numbers, from a column to the next.</param>
internal readonly unsafe struct Rectangle<T>(T* origin, nint rows, nint columns, nint rowStride, nint columnStride)
    where T : unmanaged
{
    /// <summary>A row-major rectangle, (rows x columns), with leading dimension <paramref name="stride"/>.</summary>
    /// <param name="origin">The address of entry (0, 0).</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="stride">The distance from a row to the next.</param>
    internal Rectangle(T* origin, nint rows, nint columns, nint stride)
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
    internal Rectangle<T> Transpose => new(origin, columns, rows, columnStride, rowStride);

    /// <summary>The address of entry (i, j).</summary>
    /// <param name="i">The row.</param>
    /// <param name="j">The column.</param>
    internal T* At(nint i, nint j) => origin + i * rowStride + j * columnStride;

    /// <summary>Copies every entry to a rectangle of the same shape in other memory.</summary>
    /// <param name="to">The copy.</param>
    internal void CopyTo(Rectangle<T> to)
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
