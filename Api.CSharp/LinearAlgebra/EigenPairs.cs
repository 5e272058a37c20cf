namespace HadamardNtk;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix: A = Vᵀ diag(λ) V with the vectors in the rows of V, if m = n.
/// </summary>
/// <param name="Values">The eigenvalues in ascending order, m of them.</param>
/// <param name="Vectors">One unit eigenvector in each row, in the order of the values, m × n.</param>
internal sealed record EigenPairs(double[] Values, Matrix Vectors);
