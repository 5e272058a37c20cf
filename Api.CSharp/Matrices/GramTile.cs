namespace HadamardNtk;

/// <summary>A rectangle of entries of a Gram matrix.</summary>
/// <param name="Row">The row of its first entry in the matrix, counted from 0.</param>
/// <param name="Column">The column of its first entry in the matrix, counted from 0.</param>
/// <param name="Rows">The number of its rows.</param>
/// <param name="Columns">The number of its columns.</param>
public readonly record struct GramTile(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Whether it is a square on the diagonal of the matrix.</summary>
    public bool IsDiagonal => Row == Column && Rows == Columns;

    /// <summary>The number of its entries.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>The index of the matrix's entry (i, j) among the tile's entries, row by row without gaps.</summary>
    internal int Offset(int i, int j) => (i - Row) * Columns + j - Column;

    /// <summary>The index of a part's first entry in the tile, whose rows begin <c>stride</c> numbers apart.</summary>
    internal int Offset(GramTile part, int stride) => (part.Row - Row) * stride + part.Column - Column;

    /// <summary>
    /// The upper part of a tile of a symmetric matrix, in up to three rectangles: the rows above the tile's first
    /// column, the square on the diagonal, of which only the upper triangle counts, and the entries to the right of
    /// that square. All other entries are below the diagonal.
    /// </summary>
    internal IEnumerable<GramTile> UpperParts()
    {
        var (bottom, right) = (Row + Rows, Column + Columns);
        var start = Math.Max(Row, Column);
        var end = Math.Max(start, Math.Min(bottom, right));
        if (Columns > 0 && Math.Min(bottom, Column) > Row)
        {
            yield return new(Row, Column, Math.Min(bottom, Column) - Row, Columns);
        }

        if (end > start)
        {
            yield return new(start, start, end - start, end - start);
            if (right > end)
            {
                yield return new(start, end, end - start, right - end);
            }
        }
    }
}
