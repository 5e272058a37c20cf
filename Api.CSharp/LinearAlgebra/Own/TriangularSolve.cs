namespace HadamardNtk;

/// <summary>
/// L Y = B and Lᵀ X = Y for many right-hand sides, blocked and threaded, in place: L (n x n) lower triangular with a
/// nonzero diagonal, B (n x C). A solution Y satisfies |B - L Y| ≤ c·n·ε·|L||Y| entry by entry, c about 1.
/// </summary>
/// <remarks>
/// It takes about n²·C operations. A zero on the diagonal gives infinities or NaN, as the division does. The bits of a
/// column depend on L and on that column alone.
/// </remarks>
internal static unsafe class TriangularSolve
{
    private delegate void BlockSolve(MatrixView<double> l, MatrixView<double> b);

    /// <summary>L Y = B: B becomes Y.</summary>
    /// <param name="l">L, row-major; only its lower triangle is read.</param>
    /// <param name="b">B, (n x C), in either storage order; does not overlap L's lower triangle.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <exception cref="OperationCanceledException">The work was canceled; B is partly overwritten.</exception>
    internal static void Forward(MatrixView<double> l, MatrixView<double> b, Workers workers)
    {
        for (nint p = 0; p < l.Rows; p += Blocking.Panel)
        {
            var width = nint.Min(Blocking.Panel, l.Rows - p);
            var (next, left, solved) = (p + width, l.Rows - p - width, b.RowBlock(p, width));
            SolveSides(l.Block(p, p, width, width), solved, TriangleBlock.Forward, workers);
            Product.Subtract(l.Block(next, p, left, width), solved.Transpose, b.RowBlock(next, left), workers);
        }
    }

    /// <summary>Lᵀ X = Y: Y becomes X.</summary>
    /// <param name="l">L, row-major; only its lower triangle is read.</param>
    /// <param name="b">Y, (n x C), in either storage order; does not overlap L's lower triangle.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <exception cref="OperationCanceledException">The work was canceled; Y is partly overwritten.</exception>
    internal static void Backward(MatrixView<double> l, MatrixView<double> b, Workers workers)
    {
        for (var p = (l.Rows - 1) / Blocking.Panel * Blocking.Panel; p >= 0; p -= Blocking.Panel)
        {
            var width = nint.Min(Blocking.Panel, l.Rows - p);
            var solved = b.RowBlock(p, width);
            SolveSides(l.Block(p, p, width, width), solved, TriangleBlock.Backward, workers);
            Product.Subtract(l.Block(p, 0, width, p).Transpose, solved.Transpose, b.RowBlock(0, p), workers);
        }
    }

    /// <summary>L Y = B on spans, row-major with leading dimensions: B becomes Y.</summary>
    /// <param name="l">L, (n x n); only its lower triangle is read.</param>
    /// <param name="ldl">The leading dimension of L, at least n.</param>
    /// <param name="b">B, (n x columns).</param>
    /// <param name="ldb">The leading dimension of B, at least columns.</param>
    /// <param name="n">The order of L.</param>
    /// <param name="columns">The number of right-hand sides.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <exception cref="ArgumentException">A span is too short or a leading dimension too small.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled; B is partly overwritten.</exception>
    internal static void Forward(
        ReadOnlySpan<double> l, int ldl, Span<double> b, int ldb, int n, int columns, Workers workers)
    {
        Require(l, ldl, b, ldb, n, columns);
        fixed (double* x = l, y = b)
        {
            Forward(new(x, n, n, ldl), new(y, n, columns, ldb), workers);
        }
    }

    /// <summary>Lᵀ X = Y on spans, row-major with leading dimensions: Y becomes X.</summary>
    /// <param name="l">L, (n x n); only its lower triangle is read.</param>
    /// <param name="ldl">The leading dimension of L, at least n.</param>
    /// <param name="b">Y, (n x columns).</param>
    /// <param name="ldb">The leading dimension of Y, at least columns.</param>
    /// <param name="n">The order of L.</param>
    /// <param name="columns">The number of right-hand sides.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <exception cref="ArgumentException">A span is too short or a leading dimension too small.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled; Y is partly overwritten.</exception>
    internal static void Backward(
        ReadOnlySpan<double> l, int ldl, Span<double> b, int ldb, int n, int columns, Workers workers)
    {
        Require(l, ldl, b, ldb, n, columns);
        fixed (double* x = l, y = b)
        {
            Backward(new(x, n, n, ldl), new(y, n, columns, ldb), workers);
        }
    }

    private static void Require(ReadOnlySpan<double> l, int ldl, ReadOnlySpan<double> b, int ldb, int n, int columns)
    {
        MatrixViews.Require(l.Length, n, n, ldl, nameof(l));
        MatrixViews.Require(b.Length, n, columns, ldb, nameof(b));
    }

    private static void SolveSides(MatrixView<double> l, MatrixView<double> b, BlockSolve solve, Workers workers) =>
        workers.For(Blocking.Count(b.Columns, Blocking.Sides), t => solve(l, Sides(b, t * Blocking.Sides)));

    private static MatrixView<double> Sides(MatrixView<double> b, nint first) =>
        b.ColumnBlock(first, nint.Min(Blocking.Sides, b.Columns - first));
}
