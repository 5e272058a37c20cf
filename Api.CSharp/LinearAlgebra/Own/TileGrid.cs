namespace HadamardNtk;

/// <summary>An output divided into square tiles, numbered row by row, as pieces of work.</summary>
/// <param name="Height">The number of rows of the output.</param>
/// <param name="Width">The number of columns of the output.</param>
/// <param name="Side">The side of a tile.</param>
/// <param name="Limit">Entries with j > i + Limit are not computed.</param>
internal readonly record struct TileGrid(nint Height, nint Width, nint Side, long Limit)
{
    private const int Largest = 384;
    private const int Smallest = 96;
    private const int TilesPerThread = 4;

    private nint Across => Blocking.Count(Width, Side);

    /// <summary>The number of tiles.</summary>
    internal nint Count => Across * Blocking.Count(Height, Side);

    /// <summary>
    /// The largest tiles of which each thread gets several. Large tiles need less packing, small ones balance the load.
    /// </summary>
    /// <param name="c">The output.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="limit">Entries with j > i + limit are not computed.</param>
    internal static TileGrid For(MatrixView<double> c, Workers workers, long limit)
    {
        var grid = new TileGrid(c.Rows, c.Columns, Largest, limit);
        while (grid.Side > Smallest && grid.Count < TilesPerThread * (nint)workers.Threads)
        {
            grid = grid with { Side = grid.Side / 2 };
        }

        return grid;
    }

    /// <summary>The rows of <paramref name="a"/> that tile <paramref name="t"/> needs.</summary>
    /// <param name="a">The left operand, one row for each row of the output.</param>
    /// <param name="t">The tile.</param>
    internal MatrixView<double> RowsOf(MatrixView<double> a, nint t) =>
        a.RowBlock(Top(t), nint.Min(Side, Height - Top(t)));

    /// <summary>The rows of <paramref name="b"/> that tile <paramref name="t"/> needs.</summary>
    /// <param name="b">The right operand, one row for each column of the output.</param>
    /// <param name="t">The tile.</param>
    internal MatrixView<double> ColumnsOf(MatrixView<double> b, nint t) =>
        b.RowBlock(Left(t), nint.Min(Side, Width - Left(t)));

    /// <summary>Tile <paramref name="t"/> of <paramref name="c"/>.</summary>
    /// <param name="c">The output.</param>
    /// <param name="t">The tile.</param>
    internal MatrixView<double> Tile(MatrixView<double> c, nint t) =>
        c.Block(Top(t), Left(t), nint.Min(Side, Height - Top(t)), nint.Min(Side, Width - Left(t)));

    /// <summary>The limit in the rows and columns of tile <paramref name="t"/>.</summary>
    /// <param name="t">The tile.</param>
    internal long Reach(nint t) => Limit + Top(t) - Left(t);

    private nint Top(nint t) => t / Across * Side;

    private nint Left(nint t) => t % Across * Side;
}
