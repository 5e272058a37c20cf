namespace HadamardNtk;

/// <summary>The number of entries of a matrix in memory.</summary>
internal static class MatrixSize
{
    /// <summary>rows · columns, if one array holds so many.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="mend">The change that the message proposes.</param>
    /// <exception cref="ArgumentException">There are more entries than one array holds.</exception>
    internal static int Of(int rows, int columns, string mend = "Give fewer samples at once.") =>
        (long)rows * columns <= Array.MaxLength
            ? rows * columns
            : throw new ArgumentException(
                $"Expected a matrix of at most {Array.MaxLength} entries in memory; "
                + $"{rows} x {columns} has {(long)rows * columns}. {mend}");
}
