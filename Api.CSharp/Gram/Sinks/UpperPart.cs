namespace HadamardNtk;

/// <summary>
/// What of a tile of a symmetric matrix counts: a rectangle above the diagonal, or a square on it, of which the upper
/// triangle counts.
/// </summary>
/// <param name="Row">The row of its first entry in the matrix.</param>
/// <param name="Column">The column of its first entry in the matrix; that of the row for a square on the diagonal.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns.</param>
internal readonly record struct UpperPart(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Whether it is a square on the diagonal.</summary>
    internal bool IsDiagonal => Row == Column;

    /// <summary>The number of parts that a tile can have.</summary>
    internal const int Count = 3;

    /// <summary>
    /// The parts of a tile: its rows above its first column, the square where it meets the diagonal, and what lies to the
    /// right of that square. All else is below the diagonal. False for a part that is empty.
    /// </summary>
    internal static bool TryGet(int which, int row, int column, int rows, int columns, out UpperPart part)
    {
        var (bottom, right) = (row + rows, column + columns);
        var start = Math.Max(row, column);
        var end = Math.Max(start, Math.Min(bottom, right));
        part = which switch
        {
            0 => new(row, column, Math.Min(bottom, column) - row, columns),
            1 => new(start, start, end - start, end - start),
            _ => new(start, end, end - start, right - end),
        };
        return part is { Rows: > 0, Columns: > 0 };
    }

    /// <summary>Where it begins in its tile.</summary>
    internal int Offset(int row, int column, int stride) => (Row - row) * stride + Column - column;
}
