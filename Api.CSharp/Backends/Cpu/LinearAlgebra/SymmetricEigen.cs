using MathNet.Numerics.LinearAlgebra;

namespace HadamardNtk;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix: A = Vᵀ diag(λ) V with the vectors in the rows of V.</summary>
/// <param name="Values">The eigenvalues in ascending order, m of them.</param>
/// <param name="Vectors">One unit eigenvector a row, in the order of the values, m × n.</param>
internal sealed record EigenPairs(double[] Values, Matrix Vectors);

/// <summary>The eigen-decomposition of a symmetric A, (n x n).</summary>
internal static class SymmetricEigen
{
    /// <summary>All eigenvalues and eigenvectors. Only the lower triangle of A is read; A's memory is overwritten.</summary>
    /// <param name="a">A.</param>
    /// <param name="workers">The threads.</param>
    internal static EigenPairs Decompose(Matrix a, Workers workers)
    {
        workers.Cancellation.ThrowIfCancellationRequested();
        var n = a.Rows;
        var whole = Matrix<double>.Build.Dense(n, n, (i, j) => a.Data[Math.Max(i, j) * n + Math.Min(i, j)]);
        var evd = whole.Evd(Symmetricity.Symmetric);
        var vectors = new double[n * n];
        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i < n; i++)
            {
                vectors[k * n + i] = evd.EigenVectors[i, k];
            }
        }

        return new([.. evd.EigenValues.Select(z => z.Real)], new(n, n, vectors));
    }
}
