namespace HadamardNtk;

/// <summary>
/// The diagonal of (L Lᵀ)⁻¹: d[j] = sum over i of (L⁻¹)[i, j]², the squared column norms of L⁻¹.
/// </summary>
/// <remarks>
/// L⁻¹ is computed <see cref="Width"/> columns at a time, from the diagonal down, so that the extra memory is n x 384
/// numbers, not n x n. It takes about n³/3 operations.
/// </remarks>
internal static unsafe class InverseDiagonal
{
    /// <summary>The number of columns of L⁻¹ that exist at once.</summary>
    internal const int Width = 384;

    /// <summary>Computes the diagonal.</summary>
    /// <param name="l">L, (n x n), row-major; only its lower triangle is read.</param>
    /// <param name="diagonal">Memory for the n numbers.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <param name="progress">Receives the part of the operations done, in (0, 1], after each block of columns.</param>
    /// <exception cref="ArgumentException">The length of <paramref name="diagonal"/> is not n.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled; the diagonal is partly written.</exception>
    internal static void Of(MatrixView<double> l, Span<double> diagonal, Workers workers, IProgress<double>? progress)
    {
        if (diagonal.Length != l.Rows)
        {
            throw new ArgumentException($"Expected {l.Rows} numbers, not {diagonal.Length}.", nameof(diagonal));
        }

        using var memory = new NativeBuffer<double>(l.Rows * nint.Min(Width, l.Rows), clear: false);
        for (nint j = 0; j < l.Rows; j += Width)
        {
            var (left, width) = (l.Rows - j, nint.Min(Width, l.Rows - j));
            var columns = new MatrixView<double>(memory.Start, left, width, width);
            Invert(l.Block(j, j, left, left), columns, workers);
            SumSquares(columns, diagonal.Slice((int)j, (int)width));
            progress?.Report(1 - Math.Pow((left - width) / (double)l.Rows, 3));
        }
    }

    /// <summary>Computes the diagonal from a span.</summary>
    /// <param name="l">L, (n x n), row-major; only its lower triangle is read.</param>
    /// <param name="ldl">The leading dimension of L, at least n.</param>
    /// <param name="n">The order of L.</param>
    /// <param name="diagonal">Memory for the n numbers.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <param name="progress">Receives the part of the operations done, in (0, 1], after each block of columns.</param>
    /// <exception cref="ArgumentException">A span is too short or the leading dimension too small.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled; the diagonal is partly written.</exception>
    internal static void Of(
        ReadOnlySpan<double> l, int ldl, int n, Span<double> diagonal, Workers workers, IProgress<double>? progress)
    {
        MatrixViews.Require(l.Length, n, n, ldl, nameof(l));
        fixed (double* x = l)
        {
            Of(new MatrixView<double>(x, n, n, ldl), diagonal, workers, progress);
        }
    }

    /// <summary>Computes the first columns of L⁻¹.</summary>
    private static void Invert(MatrixView<double> l, MatrixView<double> columns, Workers workers)
    {
        columns.Clear();
        for (nint j = 0; j < columns.Columns; j++)
        {
            *columns.At(j, j) = 1;
        }

        TriangularSolve.Forward(l, columns, workers);
    }

    private static void SumSquares(MatrixView<double> columns, Span<double> sums)
    {
        sums.Clear();
        for (nint i = 0; i < columns.Rows; i++)
        {
            var row = columns.At(i, 0);
            for (var j = 0; j < sums.Length; j++)
            {
                sums[j] = Math.FusedMultiplyAdd(row[j], row[j], sums[j]);
            }
        }
    }
}
