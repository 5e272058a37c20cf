namespace HadamardNtk;

/// <summary>A request to a backend: the kernel of a network at all pairs of rows.</summary>
public sealed class GramRequest
{
    /// <summary>Makes a request for the kernel of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The samples of the rows of the result.</param>
    /// <param name="other">The samples of the columns of the result. Null asks for the symmetric matrix of x.</param>
    /// <param name="kind">The kernel.</param>
    /// <param name="precision">The number type of the computation and of the result.</param>
    /// <exception cref="ArgumentException">
    /// There are no samples or features, or the numbers of features differ.
    /// </exception>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for.
    /// </exception>
    public GramRequest(
        Network network,
        Matrix x,
        Matrix? other = null,
        KernelKind kind = KernelKind.Ntk,
        Precision precision = Precision.Float64)
        : this(
            new KernelProgram(network ?? throw new ArgumentNullException(nameof(network))), x, other, kind, precision)
    {
    }

    internal GramRequest(KernelProgram program, Matrix x, Matrix? other, KernelKind kind, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (other is not null && other.Columns != x.Columns)
        {
            throw new ArgumentException(
                $"Expected {x.Columns} features in every sample, as in the first matrix; "
                + $"the second has {other.Columns}.",
                nameof(other));
        }

        if (x.Rows == 0 || x.Columns == 0 || other is { Rows: 0 })
        {
            throw new ArgumentException("Expected at least one sample with at least one feature.", nameof(x));
        }

        (Program, X, Other, Kind, Precision) = (program, x, other ?? x, kind, precision);
        IsSymmetric = other is null;
    }

    /// <summary>The kernels between the rows of x and prepared samples, or the Gram matrix of these.</summary>
    internal GramRequest(PreparedSamples prepared, Matrix? x, KernelKind kind, Precision precision)
        : this(
            prepared.Program,
            x ?? prepared.Samples,
            x is null ? null : prepared.Samples,
            kind,
            precision) => Prepared = prepared;

    /// <summary>The network whose kernel it is.</summary>
    public Network Network => Program.Network;

    /// <summary>The program of its kernels.</summary>
    internal KernelProgram Program { get; }

    /// <summary>The samples of the rows of the result.</summary>
    public Matrix X { get; }

    /// <summary>The samples of the columns of the result.</summary>
    public Matrix Other { get; }

    /// <summary>The samples of the columns where they are prepared already, otherwise null.</summary>
    internal PreparedSamples? Prepared { get; }

    /// <summary>The kernel.</summary>
    public KernelKind Kind { get; }

    /// <summary>The number type of the computation and of the result.</summary>
    public Precision Precision { get; }

    /// <summary>Whether the rows and the columns are the same samples, so that the upper triangle suffices.</summary>
    public bool IsSymmetric { get; }

    /// <summary>The same request without symmetry: the entries below the diagonal are computed too.</summary>
    internal GramRequest BothHalves => new(Program, X, X, Kind, Precision);

    /// <summary>
    /// The tiles of the result, row by row, each of at most <paramref name="side"/> rows and columns. A symmetric
    /// result has only the tiles on and above the diagonal.
    /// </summary>
    /// <param name="side">The greatest number of rows and columns of a tile, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public IEnumerable<GramTile> Tiles(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        return
            from row in Starts(0, Rows, side)
            from column in Starts(IsSymmetric ? row : 0, Columns, side)
            select new GramTile(row, column, Math.Min(side, Rows - row), Math.Min(side, Columns - column));
    }

    /// <summary>
    /// A request for one tile of the result. The samples of its rows and columns are those of the tile. A square tile
    /// on the diagonal of a symmetric request is symmetric.
    /// </summary>
    /// <remarks>
    /// Where a backend computes a pair from its two rows alone, the entries are those of the whole result to the last
    /// bit. This holds for <c>cpu</c>, <c>exact</c> and <c>reference</c>. With a BLAS or on tensors they depend on the
    /// tile. Functions without a closed form are interpolated from 64 rows or columns on, so that a tile of fewer
    /// differs by roundings.
    /// </remarks>
    /// <param name="tile">The tile.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tile is empty or does not lie in the result.</exception>
    public GramRequest Cut(GramTile tile)
    {
        if (tile.Row < 0 || tile.Column < 0 || tile.Rows < 1 || tile.Columns < 1
            || tile.Rows > Rows - tile.Row || tile.Columns > Columns - tile.Column)
        {
            throw new ArgumentOutOfRangeException(
                nameof(tile), tile, $"Expected a tile within {Rows} x {Columns} entries, with at least one.");
        }

        var columns = IsSymmetric && tile.IsDiagonal ? null : Other.SelectRows(tile.Column, tile.Columns);
        return new(Program, X.SelectRows(tile.Row, tile.Rows), columns, Kind, Precision);
    }

    private static IEnumerable<int> Starts(int first, int count, int side)
    {
        for (long start = first; start < count; start += side)
        {
            yield return (int)start;
        }
    }

    /// <summary>The number of rows of the result.</summary>
    public int Rows => X.Rows;

    /// <summary>The number of columns of the result.</summary>
    public int Columns => Other.Rows;
}
