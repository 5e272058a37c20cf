namespace HadamardNtk;

/// <summary>A tile of a matrix.</summary>
/// <param name="Row">Its first row.</param>
/// <param name="Column">Its first column.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
internal readonly record struct Tile(int Row, int Column, int Height, int Width)
{
    /// <summary>Where an entry of the matrix lies in the tile, row by row.</summary>
    internal int Place(int i, int j) => (i - Row) * Width + j - Column;

    /// <summary>The tiles of a matrix row by row, of a symmetric one those on and above the diagonal.</summary>
    internal static IEnumerable<Tile> Of(GramRequest request, int side)
    {
        for (var row = 0; row < request.Rows; row += side)
        {
            for (var column = request.IsSymmetric ? row : 0; column < request.Columns; column += side)
            {
                yield return new(row, column, Math.Min(side, request.Rows - row), Math.Min(side, request.Columns - column));
            }
        }
    }
}
