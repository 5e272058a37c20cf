namespace HadamardNtk;

/// <summary>
/// The eigen-decomposition of a symmetric A, (n x n), by a LAPACK of this machine, and without one by MathNet for
/// moderate n. Its errors are those of <see cref="DenseAlgebra{T}.Decompose"/>.
/// </summary>
internal static class SymmetricEigen
{
    /// <summary>All eigenvalues and eigenvectors. Only the lower triangle of A is read; A's memory is overwritten.</summary>
    /// <param name="a">A.</param>
    /// <param name="workers">The threads.</param>
    internal static EigenPairs Decompose(Matrix a, Workers workers) => Decompose(a, a.Rows, workers);

    /// <summary>The largest eigenvalues and their eigenvectors. Only the lower triangle of A is read; A's memory is overwritten.</summary>
    /// <param name="a">A.</param>
    /// <param name="leading">How many, from 0 to n.</param>
    /// <param name="workers">The threads.</param>
    internal static EigenPairs Decompose(Matrix a, int leading, Workers workers)
    {
        var (values, vectors) = (workers.Dense ?? DenseLibrary.Default).Double.Decompose(a.Data, a.Rows, leading, workers);
        return new(values, new(leading, a.Columns, vectors));
    }
}
