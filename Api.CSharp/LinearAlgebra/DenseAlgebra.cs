using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Factorizations, solves, eigendecompositions and products of dense matrices. No jitter is added to a diagonal.
/// </summary>
/// <remarks>
/// The bits of our own results do not depend on the number of threads; for a LAPACK nothing is promised. Cancellation
/// takes effect between the panels of a factorization. An eigendecomposition, or any other call of a LAPACK, is not
/// interrupted once it has begun.
/// </remarks>
/// <typeparam name="T">double or float.</typeparam>
internal abstract class DenseAlgebra<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// A = L Lᵀ in place: L overwrites the lower triangle of A; the strict upper triangle is unchanged.
    /// </summary>
    /// <param name="a">A, (n x n), symmetric, row-major; only its lower triangle is read.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Receives the part of the operations done, in (0, 1].</param>
    /// <param name="failure">
    /// The failing minor when the result is false; L is then partly written, or not at all.
    /// </param>
    /// <returns>Whether A is positive definite in the arithmetic of the factorization.</returns>
    /// <exception cref="OperationCanceledException">
    /// The work was canceled; L is partly written, or not at all.
    /// </exception>
    internal abstract bool TryFactor(
        MatrixView<T> a, Workers workers, IProgress<double>? progress, out FailingMinor failure);

    /// <summary>B = (L Lᵀ)⁻¹ B.</summary>
    /// <param name="l">L, (n x n), row-major; only its lower triangle is read.</param>
    /// <param name="b">B, (n x C), in either storage order; does not overlap L.</param>
    /// <param name="workers">The threads.</param>
    /// <exception cref="OperationCanceledException">
    /// The work was canceled; B is partly overwritten, or not at all.
    /// </exception>
    internal abstract void Solve(MatrixView<T> l, MatrixView<T> b, Workers workers);

    /// <summary>C = A B.</summary>
    /// <param name="a">A, (m x K), in either storage order.</param>
    /// <param name="b">B, (K x n), in either storage order.</param>
    /// <param name="c">C, (m x n), row-major; overlaps neither A nor B.</param>
    /// <param name="workers">The threads.</param>
    /// <exception cref="OperationCanceledException">
    /// The work was canceled; C is partly written, or not at all.
    /// </exception>
    internal abstract void Multiply(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, Workers workers);

    /// <summary>
    /// The largest eigenvalues of A and their eigenvectors. The memory of A is overwritten and may become that of the
    /// vectors.
    /// </summary>
    /// <param name="a">A, (n x n), symmetric, row by row; only its lower triangle is read.</param>
    /// <param name="n">The order of A.</param>
    /// <param name="leading">The number of eigenvalues, from 0 to n.</param>
    /// <param name="workers">The threads.</param>
    /// <exception cref="ArgumentException">
    /// A is not n x n, more than n eigenvalues are asked for, or a number is not finite.
    /// </exception>
    /// <exception cref="NotSupportedException">A is too large without a LAPACK.</exception>
    /// <exception cref="ArithmeticException">The iteration did not converge.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled before it began.</exception>
    /// <returns>
    /// The eigenvalues in ascending order, and one unit eigenvector in each row, in the order of the values.
    /// </returns>
    internal (T[] Values, T[] Vectors) Decompose(T[] a, int n, int leading, Workers workers)
    {
        EigenInput.Require(a, n, leading);
        workers.Cancellation.ThrowIfCancellationRequested();
        return leading == 0 ? ([], []) : DecomposeChecked(a, n, leading, workers);
    }

    /// <summary>The decomposition of a matrix that was checked.</summary>
    private protected abstract (T[] Values, T[] Vectors) DecomposeChecked(T[] a, int n, int leading, Workers workers);
}
