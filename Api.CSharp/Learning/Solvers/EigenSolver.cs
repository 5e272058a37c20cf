namespace HadamardNtk;

/// <summary>
/// Solves by all eigenvalues λ of K: exact, several n² numbers. Those with λ + r ≤ n 2⁻⁵² (λ_max + r) count as zero and
/// are left out: with r = 0 the solution is that of the pseudo-inverse, which gradient descent tends to.
/// </summary>
public sealed record EigenSolver : DirectSolver
{
    /// <summary>The n × n matrices of a decomposition: the matrix, its eigenvectors and the room for both.</summary>
    private const int Matrices = 5;

    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.Eigen;

    /// <inheritdoc/>
    internal override string Description => "the eigen-decomposition";

    /// <inheritdoc/>
    internal override long OwnBytes(FitSize size) => Matrices * size.MatrixBytes;

    /// <inheritdoc/>
    internal override IPosterior Factorize(Matrix gram, double ridge, Workers workers) =>
        EigenSystem.Of(gram, ridge, workers);

    /// <inheritdoc/>
    internal override Solution Solve(Problem problem) => EigenSystem.Solve(problem);
}
