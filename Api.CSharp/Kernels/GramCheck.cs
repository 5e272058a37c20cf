namespace HadamardNtk;

/// <summary>The checks of a Gram matrix, which is read once in pairs of tiles.</summary>
internal static class GramCheck
{
    /// <summary>The side of a tile: two of them take 1 MB.</summary>
    private const int Side = 256;

    /// <summary>Writes a block of a Gram matrix, row by row.</summary>
    private delegate void Block(int row, int column, int rows, int columns, Span<double> to);

    /// <summary>Requires a square matrix of finite numbers that is symmetric to float32's precision.</summary>
    /// <param name="gram">K, in a file.</param>
    /// <param name="workers">The threads that share the tiles.</param>
    /// <exception cref="ArgumentException">It is not; the message says where.</exception>
    internal static void Require(GramMatrix gram, Workers workers)
    {
        PrecomputedKernel.RequireSquare(gram.Rows, gram.Columns);
        double[] diagonal = [.. Enumerable.Range(0, gram.Rows).Select(i => gram[i, i])];
        Require(
            (row, column, rows, columns, to) => gram.CopyBlock(row, column, rows, columns, to), diagonal, workers,
            progress: null);
    }

    /// <summary>Requires a square matrix of finite numbers that is symmetric to float32's precision.</summary>
    /// <param name="gram">K.</param>
    /// <param name="workers">The threads that share the tiles.</param>
    /// <param name="progress">Receives the part of the tiles that are read, or null.</param>
    /// <exception cref="ArgumentException">It is not; the message says where.</exception>
    internal static void Require(Matrix gram, Workers workers, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(gram);
        PrecomputedKernel.RequireSquare(gram.Rows, gram.Columns);
        double[] diagonal = [.. Enumerable.Range(0, gram.Rows).Select(i => gram[i, i])];
        Require(
            (row, column, rows, columns, to) =>
            {
                for (var i = 0; i < rows; i++)
                {
                    gram.Row(row + i).Slice(column, columns).CopyTo(to[(i * columns)..]);
                }
            },
            diagonal, workers, progress);
    }

    // The message does not depend on the threads, because that of the first rows is thrown.
    private static void Require(Block block, double[] diagonal, Workers workers, IProgress<double>? progress)
    {
        var strips = Blocking.Count(diagonal.Length, Side);
        var done = new StepProgress(progress, (long)strips * (strips + 1) / 2);
        workers.For(strips, strip =>
        {
            for (var other = 0; other <= strip; other++)
            {
                workers.Cancellation.ThrowIfCancellationRequested();
                Require(block, diagonal, (int)strip * Side, other * Side);
                done.Add();
            }
        });
    }

    private static void Require(Block block, double[] diagonal, int row, int column)
    {
        var (rows, columns) = (Math.Min(Side, diagonal.Length - row), Math.Min(Side, diagonal.Length - column));
        var (below, above) = (new double[rows * columns], new double[rows * columns]);
        block(row, column, rows, columns, below);
        block(column, row, columns, rows, above);
        for (var i = 0; i < rows; i++)
        {
            // A tile on the diagonal is its own mirror image.
            for (var j = 0; j < (row == column ? i + 1 : columns); j++)
            {
                var (a, b) = (below[(i * columns) + j], above[(j * rows) + i]);
                PrecomputedKernel.RequireFinite(a, row + i, column + j);
                PrecomputedKernel.RequireFinite(b, column + j, row + i);
                PrecomputedKernel.RequireEqual(a, b, row + i, column + j, diagonal[row + i], diagonal[column + j]);
            }
        }
    }
}
