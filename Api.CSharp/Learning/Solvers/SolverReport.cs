namespace HadamardNtk;

/// <summary>The progress of a fit.</summary>
/// <param name="Stage">
/// The stage at work: <c>gram</c> (the Gram matrix is computed), <c>pivots</c> (a partial factorization), <c>factor</c>
/// (a whole one) or <c>conjugate gradients</c>.
/// </param>
/// <param name="Done">
/// The part of the stage that is done, in [0, 1]. For conjugate gradients it is the part of the tolerance's digits that
/// the residual has reached.
/// </param>
/// <param name="Iterations">The number of iterations so far.</param>
/// <param name="Residual">The relative residual; null before there is one.</param>
/// <param name="Bytes">The most bytes that the fit holds in memory, known before it begins.</param>
public readonly record struct SolverProgress(string Stage, double Done, int Iterations, double? Residual, long Bytes)
{
    /// <summary>
    /// The seconds that are left of the whole fit, by the operations that its stages are estimated to take; null before
    /// anything is done. It is rough at the start, and exact towards the end.
    /// </summary>
    public double? SecondsLeft { get; init; }
}

/// <summary>The report of how a regression was solved.</summary>
/// <param name="Kind">The solver's kind.</param>
public sealed record SolverReport(SolverKind Kind)
{
    /// <summary>
    /// The number of iterations of conjugate gradients, all refinements together; null where there are none.
    /// </summary>
    public int? Iterations { get; init; }

    /// <summary>
    /// The relative residual of the solution, as <see cref="IterativeSolver.Tolerance"/> defines it; null where it was
    /// not computed.
    /// </summary>
    public double? Residual { get; init; }

    /// <summary>
    /// The eigenvalues that are not zero, the pivots of the preconditioner, or the centers that do not depend on the
    /// others; null for the Cholesky factorization.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>The place where conjugate gradients kept the Gram matrix; null for other solvers.</summary>
    public GramStorage? Storage { get; init; }
}
