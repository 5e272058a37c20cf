namespace HadamardNtk;

/// <summary>
/// The upper triangle of a symmetric matrix in squares, which follow one another row by row. The squares on the
/// diagonal are whole, and those at the edge are filled up with zeros.
/// </summary>
/// <param name="Order">n, the order of the matrix.</param>
internal readonly record struct TriangleLayout(int Order)
{
    /// <summary>The side of a square: four rows of it and as many vectors are in the first-level cache.</summary>
    internal const int Side = 256;

    /// <summary>The number of numbers of a square.</summary>
    internal const int Square = Side * Side;

    /// <summary>The number of rows of squares.</summary>
    internal int Down => (Order + Side - 1) / Side;

    /// <summary>The number of squares.</summary>
    internal long Count => (long)Down * (Down + 1) / 2;

    /// <summary>The place of the first number of square (I, J), I ≤ J.</summary>
    internal nint Start(int i, int j) => (nint)(Before(i) + j - i) * Square;

    /// <summary>The square at a place in the order of the squares.</summary>
    internal (int Row, int Column) At(long place)
    {
        var twice = 2.0 * Down + 1;
        var i = (int)((twice - Math.Sqrt(Math.Max(0, twice * twice - 8.0 * place))) / 2);
        while (Before(i) > place)
        {
            i--;
        }

        while (Before(i + 1) <= place)
        {
            i++;
        }

        return (i, (int)(place - Before(i)) + i);
    }

    // The number of squares in the rows of squares above row i.
    private long Before(int i) => (long)i * Down - (long)i * (i - 1) / 2;
}
