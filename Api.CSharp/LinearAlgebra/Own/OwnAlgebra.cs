using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace HadamardNtk;

/// <summary>
/// Our own blocked and threaded factorization, solves and products, and MathNet's eigendecomposition, which runs on one
/// thread without blocks.
/// </summary>
internal sealed class OwnAlgebra : DenseAlgebra<double>
{
    /// <summary>The largest order for which MathNet computes eigenvalues.</summary>
    internal const int LargestEigen = 2000;

    internal override bool TryFactor(
        MatrixView<double> a, Workers workers, IProgress<double>? progress, out FailingMinor failure) =>
        Cholesky.TryFactor(a, workers, progress, out failure);

    internal override void Solve(MatrixView<double> l, MatrixView<double> b, Workers workers)
    {
        workers.Cancellation.ThrowIfCancellationRequested();
        TriangularSolve.Forward(l, b, workers);
        TriangularSolve.Backward(l, b, workers);
    }

    internal override void Multiply(
        MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Workers workers) =>
        Product.Multiply(a, b, c, workers);

    private protected override (double[] Values, double[] Vectors) DecomposeChecked(
        double[] a, int n, int leading, Workers workers)
    {
        var evd = Converged(
            Matrix<double>.Build.Dense(RequireModerate(n), n, (i, j) => a[Math.Max(i, j) * n + Math.Min(i, j)]));
        var vectors = new double[leading * n];
        for (var k = 0; k < leading; k++)
        {
            evd.EigenVectors.Column(n - leading + k).AsArray().CopyTo(vectors, k * n);
        }

        return ([.. evd.EigenValues.Skip(n - leading).Select(z => z.Real)], vectors);
    }

    private static Evd<double> Converged(Matrix<double> a)
    {
        try
        {
            return a.Evd(Symmetricity.Symmetric);
        }
        catch (NonConvergenceException e)
        {
            throw new ArithmeticException(
                $"expected eigenvalues of a matrix of order {a.RowCount}; MathNet's iteration did not converge", e);
        }
    }

    private static int RequireModerate(int n) => n <= LargestEigen ? n : throw new NotSupportedException(
        $"expected a matrix of order {LargestEigen} at most for eigenvalues "
        + $"without a LAPACK, not {n}; {LapackSearch.HowToGetOne}");
}
