namespace HadamardNtk;

/// <summary>The products of <see cref="RowProducts"/> on many threads, tile by tile, and C = A B by them.</summary>
internal static unsafe class Product
{
    /// <summary>C = A B.</summary>
    /// <param name="a">A, (m x K).</param>
    /// <param name="b">B, (K x n).</param>
    /// <param name="c">C, (m x n); overlaps neither A nor B.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <param name="progress">Receives the part of C that is done.</param>
    /// <exception cref="OperationCanceledException">The work was canceled; C is partly written.</exception>
    internal static void Multiply(
        MatrixView<double> a,
        MatrixView<double> b,
        MatrixView<double> c,
        Workers workers,
        IProgress<double>? progress = null)
    {
        var grid = TileGrid.For(c, workers, PanelProduct.Everywhere);
        workers.For(
            grid.Count,
            t => RowProducts.Assign(grid.RowsOf(a, t), grid.ColumnsOf(b.Transpose, t), grid.Tile(c, t)),
            progress);
    }

    /// <summary>C = A B on spans, row-major with leading dimensions.</summary>
    /// <param name="a">A, (rows x depth).</param>
    /// <param name="lda">The leading dimension of A, at least depth.</param>
    /// <param name="b">B, (depth x columns).</param>
    /// <param name="ldb">The leading dimension of B, at least columns.</param>
    /// <param name="c">C, (rows x columns); overlaps neither A nor B.</param>
    /// <param name="ldc">The leading dimension of C, at least columns.</param>
    /// <param name="rows">The number of rows of A and C.</param>
    /// <param name="columns">The number of columns of B and C.</param>
    /// <param name="depth">The number of columns of A and of rows of B.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <param name="progress">Receives the part of C that is done.</param>
    /// <exception cref="ArgumentException">A span is too short or a leading dimension too small.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled; C is partly written.</exception>
    internal static void Multiply(
        ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb, Span<double> c, int ldc,
        int rows, int columns, int depth, Workers workers, IProgress<double>? progress = null)
    {
        MatrixViews.Require(a.Length, rows, depth, lda, nameof(a));
        MatrixViews.Require(b.Length, depth, columns, ldb, nameof(b));
        MatrixViews.Require(c.Length, rows, columns, ldc, nameof(c));
        fixed (double* x = a, y = b, z = c)
        {
            Multiply(
                new(x, rows, depth, lda), new(y, depth, columns, ldb), new(z, rows, columns, ldc), workers, progress);
        }
    }

    /// <summary>C = C - A Bᵀ.</summary>
    /// <param name="a">A, (m x K).</param>
    /// <param name="b">B, (n x K).</param>
    /// <param name="c">C, (m x n); overlaps neither A nor B.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <exception cref="OperationCanceledException">The work was canceled; C is partly written.</exception>
    internal static void Subtract(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Workers workers) =>
        Subtract(a, b, c, workers, PanelProduct.Everywhere);

    /// <summary>C = C - A Aᵀ in the lower triangle; the rest of C is unchanged.</summary>
    /// <param name="a">A, (n x K).</param>
    /// <param name="c">C, (n x n), row-major; does not overlap A.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <exception cref="OperationCanceledException">The work was canceled; C is partly written.</exception>
    internal static void SubtractSquare(MatrixView<double> a, MatrixView<double> c, Workers workers) =>
        Subtract(a, a, c, workers, 0);

    private static void Subtract(
        MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Workers workers, long reach)
    {
        var grid = TileGrid.For(c, workers, reach);
        workers.For(grid.Count, t => RowProducts.SubtractReached(
            grid.RowsOf(a, t), grid.ColumnsOf(b, t), grid.Tile(c, t), grid.Reach(t)));
    }
}
