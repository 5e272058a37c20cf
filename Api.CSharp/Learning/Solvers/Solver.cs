namespace HadamardNtk;

/// <summary>
/// The way to solve a regression (K + r I) α = y, with K of n samples and y of C outputs. The kinds are
/// <see cref="CholeskySolver"/>, <see cref="EigenSolver"/>, <see cref="ConjugateGradientSolver"/> and
/// <see cref="FalkonSolver"/>; other assemblies cannot add one. Immutable; change it with <c>with</c>.
/// </summary>
/// <example><code>
/// var options = new RegressionOptions { Solver = new ConjugateGradientSolver { Rank = 1000 } };
/// </code></example>
public abstract record Solver
{
    private protected Solver()
    {
    }

    /// <summary>The Cholesky factorization.</summary>
    public static CholeskySolver Cholesky { get; } = new();

    /// <summary>All eigenvalues and eigenvectors.</summary>
    public static EigenSolver Eigen { get; } = new();

    /// <summary>Preconditioned conjugate gradients with the default options.</summary>
    public static ConjugateGradientSolver ConjugateGradients { get; } = new();

    /// <summary>The regression on centers alone with the default options.</summary>
    public static FalkonSolver Falkon { get; } = new();

    /// <summary>The solver's kind.</summary>
    public abstract SolverKind Kind { get; }

    /// <summary>The listener that the fit reports its progress to, from the thread that works; null for none.</summary>
    public IProgress<SolverProgress>? Progress { get; init; }

    /// <summary>The most bytes that a fit holds in memory, the samples included.</summary>
    /// <param name="samples">n, the number of samples.</param>
    /// <param name="features">d, the number of features of a sample.</param>
    /// <param name="outputs">C, the number of outputs.</param>
    public long MemoryBytes(int samples, int features, int outputs)
    {
        var size = new FitSize(samples, features, outputs);
        return SolverBytes.Needed(SolverBytes.Resolve(this, size, MemoryPlan.Available), size);
    }

    /// <summary>The solver's name in a message, as in <c>falkon</c>.</summary>
    internal abstract string Description { get; }

    /// <summary>The result of the case for this kind of solver.</summary>
    internal abstract TResult Match<TResult>(ISolverCases<TResult> cases);

    // Every kind has an arm, or CS8509 fails the build. CS8524 would ask for an arm for numbers that are no kind.
#pragma warning disable CS8524
    /// <summary>The solver of a kind, with the default options.</summary>
    internal static Solver Of(SolverKind kind) => kind switch
    {
        SolverKind.Cholesky => Cholesky,
        SolverKind.Eigen => Eigen,
        SolverKind.ConjugateGradients => ConjugateGradients,
        SolverKind.Falkon => Falkon,
    };
#pragma warning restore CS8524
}

/// <summary>
/// An operation on solvers, kind by kind. A new kind compiles only when it calls its case here, and when every
/// operation has that case.
/// </summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
internal interface ISolverCases<out TResult>
{
    TResult Of(CholeskySolver solver);

    TResult Of(EigenSolver solver);

    TResult Of(ConjugateGradientSolver solver);

    TResult Of(FalkonSolver solver);
}

/// <summary>A solver that factorizes the whole matrix, which it keeps in one array of n² numbers.</summary>
public abstract record DirectSolver : Solver
{
    private protected DirectSolver()
    {
    }
}

/// <summary>
/// Solves by the Cholesky factorization of K + r I. The solution is exact and takes n² numbers and n³/3 operations. A
/// matrix that is not positive definite is refused.
/// </summary>
public sealed record CholeskySolver : DirectSolver
{
    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.Cholesky;

    /// <inheritdoc/>
    internal override string Description => "the Cholesky factorization";

    /// <inheritdoc/>
    internal override TResult Match<TResult>(ISolverCases<TResult> cases) => cases.Of(this);
}

/// <summary>
/// Solves by all eigenvalues λ of K. The solution is exact and takes several n² numbers. Eigenvalues with
/// λ + r ≤ n 2⁻⁵² (λ_max + r) count as zero and are left out. With r = 0 the solution is that of the pseudo-inverse,
/// which gradient descent tends to.
/// </summary>
/// <remarks>
/// A cancellation is answered at once, but the decomposition cannot be stopped. It goes on to its end on a thread of
/// its own, with its memory, and its result is dropped.
/// </remarks>
public sealed record EigenSolver : DirectSolver
{
    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.Eigen;

    /// <inheritdoc/>
    internal override string Description => "the eigen-decomposition";

    /// <inheritdoc/>
    internal override TResult Match<TResult>(ISolverCases<TResult> cases) => cases.Of(this);
}
