namespace HadamardNtk;

/// <summary>
/// The factorization A = L Lᵀ of a symmetric positive definite A, (n x n), in place: blocked, right-looking, threaded.
/// Its error is |A - L Lᵀ|[i, j] ≤ c·n·ε·√(A[i, i]·A[j, j]), c about 1. It takes about n³/3 operations.
/// </summary>
/// <remarks>
/// Only the lower triangle of A is read and written. No jitter is added to the diagonal.
/// </remarks>
internal static unsafe class Cholesky
{
    /// <summary>
    /// Puts L into the lower triangle of <paramref name="a"/>, or reports the leading minor that fails.
    /// </summary>
    /// <param name="a">A, (n x n), row-major.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <param name="progress">Receives the part of the operations done, in (0, 1], after each panel.</param>
    /// <param name="failure">The failing minor when the result is false; L is then partly written.</param>
    /// <returns>Whether A is positive definite in float64.</returns>
    /// <exception cref="OperationCanceledException">The work was canceled; L is partly written.</exception>
    internal static bool TryFactor(
        MatrixView<double> a, Workers workers, IProgress<double>? progress, out FailingMinor failure)
    {
        for (nint p = 0; p < a.Rows; p += Blocking.Panel)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            if (!TryFactorPanel(a, p, workers, out failure))
            {
                return false;
            }

            progress?.Report(Done(a.Rows, nint.Min(a.Rows, p + Blocking.Panel)));
        }

        failure = default;
        return true;
    }

    /// <summary>
    /// Puts L into the lower triangle of <paramref name="a"/>, or reports the leading minor that fails.
    /// </summary>
    /// <param name="a">A, (n x n), row-major.</param>
    /// <param name="lda">The leading dimension of A, at least n.</param>
    /// <param name="n">The order of A.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    /// <param name="progress">Receives the part of the operations done, in (0, 1], after each panel.</param>
    /// <param name="failure">The failing minor when the result is false; L is then partly written.</param>
    /// <returns>Whether A is positive definite in float64.</returns>
    /// <exception cref="ArgumentException">The span is too short or the leading dimension too small.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled; L is partly written.</exception>
    internal static bool TryFactor(
        Span<double> a, int lda, int n, Workers workers, IProgress<double>? progress, out FailingMinor failure)
    {
        MatrixViews.Require(a.Length, n, n, lda, nameof(a));
        fixed (double* x = a)
        {
            return TryFactor(new MatrixView<double>(x, n, n, lda), workers, progress, out failure);
        }
    }

    private static bool TryFactorPanel(MatrixView<double> a, nint p, Workers workers, out FailingMinor failure)
    {
        var width = nint.Min(Blocking.Panel, a.Rows - p);
        var (next, left) = (p + width, a.Rows - p - width);
        var (corner, below) = (a.Block(p, p, width, width), a.Block(next, p, left, width));
        if (!CholeskyBlock.TryFactor(corner, p, out failure))
        {
            return false;
        }

        TriangularSolve.Forward(corner, below.Transpose, workers);
        Product.SubtractSquare(below, a.Block(next, next, left, left), workers);
        return true;
    }

    private static double Done(nint n, nint factored) => 1 - Math.Pow((n - factored) / (double)n, 3);
}
