namespace HadamardNtk;

/// <summary>
/// The division of a Gram matrix into numbered tiles, of which each is a lease. Both sides are cut into parts of nearly
/// equal length, so that no tile is much smaller than the others. A symmetric matrix has only the tiles on and above
/// the diagonal.
/// </summary>
/// <remarks>
/// The least side is 128. A matrix of 64 rows or more then has no tile whose longer side has fewer than 64, below which
/// functions without a closed form are not interpolated, and a tile has the bits of the whole matrix.
/// </remarks>
internal sealed class LeaseGrid
{
    /// <summary>The least side of a tile that may be asked for.</summary>
    internal const int LeastSide = 128;

    /// <summary>The largest side of a tile: 128 MB in float64.</summary>
    internal const int LargestSide = 4096;

    /// <summary>The largest number of tiles of a matrix.</summary>
    internal const int MostTiles = 1 << 20;

    private readonly int _rows;
    private readonly int _columns;

    /// <param name="rows">The number of rows of the matrix.</param>
    /// <param name="columns">The number of its columns.</param>
    /// <param name="isSymmetric">Whether it is symmetric.</param>
    /// <param name="side">The largest side of a tile.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is out of bounds, or there are too many tiles.
    /// </exception>
    internal LeaseGrid(int rows, int columns, bool isSymmetric, int side)
    {
        Require(
            rows >= 1 && columns >= 1 && (!isSymmetric || rows == columns), nameof(rows), rows,
            "the shape of a matrix");
        Require(
            side is >= LeastSide and <= LargestSide, nameof(side), side,
            $"a side of tiles from {LeastSide} to {LargestSide}");
        (_rows, _columns, IsSymmetric) = (rows, columns, isSymmetric);
        (Down, Across) = (Parts(rows, side), Parts(columns, side));
        var count = isSymmetric ? (long)Down * (Down + 1) / 2 : (long)Down * Across;
        Require(count <= MostTiles, nameof(side), side, $"at most {MostTiles} tiles, not {count}: a larger side");
        Count = (int)count;
    }

    /// <summary>Whether the matrix is symmetric.</summary>
    internal bool IsSymmetric { get; }

    /// <summary>The number of tiles.</summary>
    internal int Count { get; }

    private int Down { get; }

    private int Across { get; }

    /// <summary>
    /// The usual side for a matrix: large tiles write long runs into a large file, and small tiles balance the load.
    /// </summary>
    internal static int UsualSide(int rows, int columns) => Math.Max(rows, columns) switch
    {
        >= 49152 => LargestSide,
        >= 8192 => 1024,
        >= 2048 => 512,
        >= 512 => 256,
        _ => LeastSide,
    };

    /// <summary>The tile of a number from 0 to Count - 1.</summary>
    internal GramTile this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
            var (i, j) = IsSymmetric ? Upper(number) : (number / Across, number % Across);
            var (row, column) = (Start(i, _rows, Down), Start(j, _columns, Across));
            return new(row, column, Start(i + 1, _rows, Down) - row, Start(j + 1, _columns, Across) - column);
        }
    }

    /// <summary>The numbers of all tiles by the tiles.</summary>
    internal Dictionary<GramTile, int> Numbers() =>
        Enumerable.Range(0, Count).ToDictionary(number => this[number], number => number);

    private static int Parts(int length, int side) => (int)(((long)length + side - 1) / side);

    private static int Start(int part, int length, int parts) => (int)((long)part * length / parts);

    // Row i of the upper triangle begins at i Down - i (i - 1)/2. A binary search finds the last that does not pass.
    private (int Row, int Column) Upper(int number)
    {
        var (low, high) = (0, Down - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = First(middle) <= number ? (middle, high) : (low, middle - 1);
        }

        return (low, low + number - (int)First(low));
    }

    private long First(int row) => (long)row * Down - (long)row * (row - 1) / 2;

    private static void Require(bool holds, string name, int value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Expected {expected}; came {value}.");
        }
    }
}
