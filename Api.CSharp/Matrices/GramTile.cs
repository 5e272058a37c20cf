namespace HadamardNtk;

/// <summary>A rectangle of entries of a Gram matrix.</summary>
/// <param name="Row">The row of its first entry in the matrix.</param>
/// <param name="Column">The column of its first entry in the matrix.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns.</param>
public readonly record struct GramTile(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Whether it is a square on the diagonal of the matrix.</summary>
    public bool IsDiagonal => Row == Column && Rows == Columns;

    /// <summary>The number of its entries.</summary>
    public long Count => (long)Rows * Columns;

    /// <summary>Where entry (i, j) of the matrix lies in the tile's entries, row by row without gaps.</summary>
    internal int Offset(int i, int j) => (i - Row) * Columns + j - Column;

    /// <summary>Where a part of it begins in the tile's entries, with so many numbers from one row to the next.</summary>
    internal int Offset(GramTile part, int stride) => (part.Row - Row) * stride + part.Column - Column;

    /// <summary>
    /// What counts of a tile of a symmetric matrix: its rows above its first column, the square where it meets the diagonal, of
    /// which the upper triangle counts, and what lies to the right of that square. All else is below the diagonal.
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
