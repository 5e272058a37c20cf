namespace HadamardNtk;

/// <summary>The checks of a Gram matrix in a file, which is read once in pairs of tiles.</summary>
internal static class GramCheck
{
    /// <summary>The side of a tile: two of them take 1 MB.</summary>
    private const int Side = 256;

    /// <summary>Requires a square matrix of finite numbers that is symmetric to float32's precision.</summary>
    /// <param name="gram">K.</param>
    /// <param name="workers">The threads that share the tiles.</param>
    /// <exception cref="ArgumentException">It is not; the message says where.</exception>
    internal static void Require(GramMatrix gram, Workers workers)
    {
        PrecomputedKernel.RequireSquare(gram.Rows, gram.Columns);
        double[] diagonal = [.. Enumerable.Range(0, gram.Rows).Select(i => gram[i, i])];
        var refusals = new ArgumentException?[Blocking.Count(gram.Rows, Side)];
        var stop = workers.Cancellation;
        workers.For(refusals.Length, strip => refusals[strip] = Refusal(gram, diagonal, (int)strip, stop));
        if (Array.Find(refusals, refusal => refusal is not null) is { } first)
        {
            throw first;
        }
    }

    // The message does not depend on the threads, because that of the first rows is thrown.
    private static ArgumentException? Refusal(
        GramMatrix gram, double[] diagonal, int strip, CancellationToken cancellation)
    {
        try
        {
            for (var other = 0; other <= strip; other++)
            {
                cancellation.ThrowIfCancellationRequested();
                Require(gram, diagonal, strip * Side, other * Side);
            }

            return null;
        }
        catch (ArgumentException e)
        {
            return e;
        }
    }

    private static void Require(GramMatrix gram, double[] diagonal, int row, int column)
    {
        var (rows, columns) = (Math.Min(Side, gram.Rows - row), Math.Min(Side, gram.Rows - column));
        var (below, above) = (new double[rows * columns], new double[rows * columns]);
        gram.CopyBlock(row, column, rows, columns, below);
        gram.CopyBlock(column, row, columns, rows, above);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var (a, b) = (below[(i * columns) + j], above[(j * rows) + i]);
                PrecomputedKernel.RequireFinite(a, row + i, column + j);
                PrecomputedKernel.RequireFinite(b, column + j, row + i);
                PrecomputedKernel.RequireEqual(a, b, row + i, column + j, diagonal[row + i], diagonal[column + j]);
            }
        }
    }
}
