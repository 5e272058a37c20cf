namespace HadamardNtk;

/// <summary>
/// Solves by the Cholesky factorization of K + r I: exact, n² numbers, n³/3 operations. A matrix that is not positive
/// definite is refused.
/// </summary>
public sealed record CholeskySolver : DirectSolver
{
    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.Cholesky;

    /// <inheritdoc/>
    internal override string Description => "the Cholesky factorisation";

    /// <inheritdoc/>
    internal override long OwnBytes(FitSize size) =>
        size.MatrixBytes + 8L * size.Samples * Math.Min(size.Samples, InverseDiagonal.Width);

    /// <inheritdoc/>
    internal override IPosterior Factorize(Matrix gram, double ridge, Workers workers) =>
        new RidgeSystem(gram, ridge, workers);

    /// <inheritdoc/>
    internal override Solution Solve(Problem problem) => RidgeSystem.Solve(problem);
}
