namespace HadamardNtk;

/// <summary>
/// Divides a Gram matrix into blocks, which are computed row by row. The blocks are squares, or whole rows of a very
/// large matrix that is not symmetric. A symmetric matrix has blocks in its upper triangle only. Their shape depends on
/// the shape of the matrix alone, so that a file begun on one machine can be continued on another.
/// </summary>
internal sealed class BlockGrid(int rows, int columns, bool isSymmetric)
{
    // The number of entries of a block of whole rows, and the largest number of entries of a row in it.
    private const int Band = 1 << 24;
    private const int Run = Band / 32;

    private static bool IsLarge(int n) => n >= 49152;

    /// <summary>The number of rows of a block.</summary>
    internal int Height { get; } = isSymmetric || !IsLarge(Math.Max(rows, columns))
        ? SideOf(Math.Max(rows, columns))
        : Math.Clamp(Band / Math.Min(columns, Run) / 32 * 32, 32, 4096);

    /// <summary>The number of columns of a block.</summary>
    internal int Width { get; } = isSymmetric || !IsLarge(Math.Max(rows, columns))
        ? SideOf(Math.Max(rows, columns))
        : Math.Min(columns, Run);

    /// <summary>The number of blocks.</summary>
    internal int Count => isSymmetric ? checked((int)((long)Down * (Down + 1) / 2)) : checked(Down * Across);

    private int Down => (rows + Height - 1) / Height;

    private int Across => (columns + Width - 1) / Width;

    /// <summary>The blocks in the order in which they are begun.</summary>
    internal IEnumerable<GramTile> Tiles()
    {
        for (var t = 0; t < Count; t++)
        {
            yield return isSymmetric ? Block(Upper(t)) : Block((t / Across, t % Across));
        }
    }

    /// <summary>
    /// The blocks row by row, those on the diagonal too. The sums of a product take the columns of each row in order,
    /// and a block that comes before its turn waits in memory.
    /// </summary>
    internal IEnumerable<GramTile> TilesByRow()
    {
        for (var i = 0; i < Down; i++)
        {
            for (var j = isSymmetric ? i : 0; j < Across; j++)
            {
                yield return Block((i, j));
            }
        }
    }

    private GramTile Block((int Row, int Column) place)
    {
        var (row, column) = (place.Row * Height, place.Column * Width);
        return new(row, column, Math.Min(Height, rows - row), Math.Min(Width, columns - column));
    }

    // Large blocks write long runs, which matters for files larger than the page cache. Small blocks balance the load
    // of small matrices.
    private static int SideOf(int n) => IsLarge(n) ? 4096 : n >= 8192 ? 1024 : n >= 2048 ? 512 : n >= 512 ? 256 : 128;

    // Row i of the blocks above the diagonal begins at i (Down - 1) - i (i - 1)/2. Blocks on the diagonal come last.
    // They are half the work, so that the threads end nearly at the same time.
    private (int Row, int Column) Upper(int t)
    {
        var above = (long)Down * (Down - 1) / 2;
        if (t >= above)
        {
            return ((int)(t - above), (int)(t - above));
        }

        var twice = 2.0 * Down - 1;
        var i = (int)((twice - Math.Sqrt(Math.Max(0, twice * twice - 8.0 * t))) / 2);
        while (Start(i) > t)
        {
            i--;
        }

        while (Start(i + 1) <= t)
        {
            i++;
        }

        return (i, (int)(t - Start(i)) + i + 1);
    }

    private long Start(int i) => (long)i * (Down - 1) - (long)i * (i - 1) / 2;
}
