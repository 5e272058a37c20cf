namespace HadamardNtk;

internal static unsafe partial class RowProducts
{
    /// <summary>C = A Bᵀ on spans, row-major with leading dimensions.</summary>
    /// <param name="a">A, (rows x depth).</param>
    /// <param name="lda">The leading dimension of A, at least depth.</param>
    /// <param name="b">B, (columns x depth).</param>
    /// <param name="ldb">The leading dimension of B, at least depth.</param>
    /// <param name="c">C, (rows x columns); overlaps neither A nor B.</param>
    /// <param name="ldc">The leading dimension of C, at least columns.</param>
    /// <param name="rows">The rows of A and C.</param>
    /// <param name="columns">The rows of B, columns of C.</param>
    /// <param name="depth">The length of the rows, K.</param>
    /// <exception cref="ArgumentException">A span is too short or a leading dimension too small.</exception>
    internal static void Assign(
        ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb, Span<double> c, int ldc,
        int rows, int columns, int depth) =>
        Run(a, lda, b, ldb, c, ldc, rows, columns, depth, Write.Assign);

    /// <summary>C = C - A Bᵀ on spans, row-major with leading dimensions.</summary>
    /// <param name="a">A, (rows x depth).</param>
    /// <param name="lda">The leading dimension of A, at least depth.</param>
    /// <param name="b">B, (columns x depth).</param>
    /// <param name="ldb">The leading dimension of B, at least depth.</param>
    /// <param name="c">C, (rows x columns); overlaps neither A nor B.</param>
    /// <param name="ldc">The leading dimension of C, at least columns.</param>
    /// <param name="rows">The rows of A and C.</param>
    /// <param name="columns">The rows of B, columns of C.</param>
    /// <param name="depth">The length of the rows, K.</param>
    /// <exception cref="ArgumentException">A span is too short or a leading dimension too small.</exception>
    internal static void Subtract(
        ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb, Span<double> c, int ldc,
        int rows, int columns, int depth) =>
        Run(a, lda, b, ldb, c, ldc, rows, columns, depth, Write.Subtract);

    /// <summary>The inner product of two rows, with the bits that it has in a tile.</summary>
    /// <param name="a">A row of K numbers.</param>
    /// <param name="b">A row of K numbers.</param>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The rows have {a.Length} and {b.Length} numbers.", nameof(b));
        }

        fixed (double* x = a, y = b)
        {
            return RowChains.Dot(x, y, a.Length);
        }
    }

    private static void Run(
        ReadOnlySpan<double> a, int lda, ReadOnlySpan<double> b, int ldb, Span<double> c, int ldc,
        int rows, int columns, int depth, Write write)
    {
        MatrixViews.Require(a.Length, rows, depth, lda, nameof(a));
        MatrixViews.Require(b.Length, columns, depth, ldb, nameof(b));
        MatrixViews.Require(c.Length, rows, columns, ldc, nameof(c));
        fixed (double* x = a, y = b, z = c)
        {
            var left = new MatrixView<double>(x, rows, depth, lda);
            var right = new MatrixView<double>(y, columns, depth, ldb);
            Run(left, right, new MatrixView<double>(z, rows, columns, ldc), write, PanelProduct.Everywhere);
        }
    }
}
