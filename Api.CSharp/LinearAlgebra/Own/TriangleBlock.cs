namespace HadamardNtk;

/// <summary>
/// Substitution on one thread with a triangle of a panel's width: L X = B and Lᵀ X = B, L (m x m) lower triangular,
/// B (m x C) in place, in either storage order. <see cref="TriangleLanes"/> solves its small triangles, and
/// <see cref="RowProducts"/> multiplies the rectangles below them.
/// </summary>
internal static unsafe class TriangleBlock
{
    private delegate void Substitution(MatrixView<double> l, double* x);

    /// <summary>L X = B in place.</summary>
    /// <param name="l">L, row-major; only its lower triangle is read.</param>
    /// <param name="b">B, which becomes X.</param>
    internal static void Forward(MatrixView<double> l, MatrixView<double> b)
    {
        for (nint s = 0; s < l.Rows; s += Blocking.Triangle)
        {
            var width = nint.Min(Blocking.Triangle, l.Rows - s);
            var (next, left) = (s + width, l.Rows - s - width);
            Solve(l.Block(s, s, width, width), b.RowBlock(s, width), TriangleLanes.Forward);
            RowProducts.Subtract(l.Block(next, s, left, width), b.RowBlock(s, width).Transpose, b.RowBlock(next, left));
        }
    }

    /// <summary>Lᵀ X = B in place.</summary>
    /// <param name="l">L, row-major; only its lower triangle is read.</param>
    /// <param name="b">B, which becomes X.</param>
    internal static void Backward(MatrixView<double> l, MatrixView<double> b)
    {
        for (var s = (l.Rows - 1) / Blocking.Triangle * Blocking.Triangle; s >= 0; s -= Blocking.Triangle)
        {
            var width = nint.Min(Blocking.Triangle, l.Rows - s);
            Solve(l.Block(s, s, width, width), b.RowBlock(s, width), TriangleLanes.Backward);
            RowProducts.Subtract(l.Block(s, 0, width, s).Transpose, b.RowBlock(s, width).Transpose, b.RowBlock(0, s));
        }
    }

    private static void Solve(MatrixView<double> l, MatrixView<double> b, Substitution substitute)
    {
        var lanes = stackalloc double[Blocking.Triangle * TriangleLanes.Count];
        for (nint j = 0; j < b.Columns; j += TriangleLanes.Count)
        {
            var sides = b.ColumnBlock(j, nint.Min(TriangleLanes.Count, b.Columns - j));
            Gather(sides, lanes);
            substitute(l, lanes);
            Scatter(lanes, sides);
        }
    }

    private static void Gather(MatrixView<double> sides, double* lanes) =>
        Packing.Pack(sides.Transpose, TriangleLanes.Count, lanes);

    private static void Scatter(double* lanes, MatrixView<double> sides)
    {
        for (nint i = 0; i < sides.Rows; i++)
        {
            for (nint j = 0; j < sides.Columns; j++)
            {
                *sides.At(i, j) = lanes[i * TriangleLanes.Count + j];
            }
        }
    }
}
