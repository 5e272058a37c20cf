namespace HadamardNtk;

/// <summary>
/// Counts the pairs of samples of a Gram matrix in the order of its tiles: bands of rows from top to bottom, and in
/// each band the tiles from left to right. Tiles of one band have the same rows. Of a symmetric matrix the pairs on and
/// above the diagonal count.
/// </summary>
/// <param name="Rows">The number of rows of the matrix.</param>
/// <param name="Columns">The number of its columns.</param>
/// <param name="IsSymmetric">Whether the matrix is symmetric.</param>
internal readonly record struct PairOrder(int Rows, int Columns, bool IsSymmetric)
{
    /// <summary>The order of the pairs of a request.</summary>
    internal static PairOrder Of(GramRequest request) => new(request.Rows, request.Columns, request.IsSymmetric);

    /// <summary>The number of all pairs: rows * columns, or n (n + 1)/2.</summary>
    internal long Total => Above(Rows);

    /// <summary>The number of pairs of a tile.</summary>
    internal long Pairs(GramTile tile) => IsSymmetric
        ? Left(tile, tile.Column + (long)tile.Columns) - Left(tile, tile.Column)
        : tile.Count;

    /// <summary>The number of pairs before those of a tile.</summary>
    internal long Before(GramTile tile) =>
        Above(tile.Row) + (IsSymmetric ? Left(tile, tile.Column) : (long)tile.Rows * tile.Column);

    /// <summary>The first column of a tile that counts in its row i, counted from the tile's first column.</summary>
    internal int First(GramTile tile, int i) =>
        IsSymmetric ? Math.Clamp(tile.Row + i - tile.Column, 0, tile.Columns) : 0;

    /// <summary>Whether a tile lies in the matrix.</summary>
    internal bool Has(GramTile tile) =>
        tile is { Row: >= 0, Column: >= 0, Rows: > 0, Columns: > 0 }
        && tile.Rows <= Rows - tile.Row && tile.Columns <= Columns - tile.Column;

    // The pairs of all rows above a row. Row i of a symmetric matrix has n - i pairs.
    private long Above(int row) => IsSymmetric ? (long)row * Columns - (long)row * (row - 1) / 2 : (long)row * Columns;

    // The pairs of a symmetric matrix in the rows of a tile that are to the left of a column: the sum of column - i
    // over the rows i above it.
    private static long Left(GramTile tile, long column)
    {
        var rows = Math.Clamp(column - tile.Row, 0, tile.Rows);
        return rows * (column - tile.Row) - rows * (rows - 1) / 2;
    }
}
