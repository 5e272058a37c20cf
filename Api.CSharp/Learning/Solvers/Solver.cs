namespace HadamardNtk;

/// <summary>The kinds of solvers of (K + r I) α = y.</summary>
public enum SolverKind
{
    /// <summary>A <see cref="CholeskySolver"/>.</summary>
    Cholesky,

    /// <summary>An <see cref="EigenSolver"/>.</summary>
    Eigen,

    /// <summary>A <see cref="ConjugateGradientSolver"/>.</summary>
    ConjugateGradients,

    /// <summary>A <see cref="FalkonSolver"/>.</summary>
    Falkon,
}

/// <summary>
/// How a regression (K + r I) α = y is solved, K of n samples and y of C outputs. The kinds are
/// <see cref="CholeskySolver"/>, <see cref="EigenSolver"/>, <see cref="ConjugateGradientSolver"/> and
/// <see cref="FalkonSolver"/>; other assemblies cannot add one. Immutable; change it with <c>with</c>.
/// </summary>
/// <example><code>new RegressionOptions { Solver = new ConjugateGradientSolver { Rank = 1000 } }</code></example>
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
    public long MemoryBytes(int samples, int features, int outputs) =>
        SolverMemory.Plan(this, new(samples, features, outputs), SolverMemory.Available).Bytes;

    /// <summary>The solver in a message, as in <c>the Cholesky factorisation</c>.</summary>
    internal abstract string Description { get; }

    /// <summary>The bytes that the solver holds beyond what every solver holds.</summary>
    internal abstract long OwnBytes(FitSize size);

    /// <summary>The entries of the solver's largest array.</summary>
    internal abstract long LargestArray(FitSize size);

    /// <summary>What to do instead where the fit does not fit into memory, as a message ends.</summary>
    internal abstract string Suggestion(FitSize size, long available);

    /// <summary>This solver with every choice made that depends on the memory there is.</summary>
    internal virtual Solver Resolve(FitSize size, long available) => this;

    /// <summary>The factorization that standard deviations of a model of this solver are computed by.</summary>
    /// <exception cref="NotSupportedException">The model does not keep the samples that they need.</exception>
    internal abstract DirectSolver ForDeviations();

    /// <summary>Solves the problem, which was planned for this solver.</summary>
    internal abstract Solution Solve(Problem problem);

    // Every kind has an arm, or CS8509 fails the build; CS8524 asks for numbers that are no kind.
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

    private protected static int AtLeast(int least, int value, string what) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Expected {what} of at least {least}, not {value}.");
}

/// <summary>A solver that factorizes the whole matrix, which it keeps in one array of n² numbers.</summary>
public abstract record DirectSolver : Solver
{
    private protected DirectSolver()
    {
    }

    /// <inheritdoc/>
    internal sealed override long LargestArray(FitSize size) => (long)size.Samples * size.Samples;

    /// <inheritdoc/>
    internal sealed override DirectSolver ForDeviations() => this;

    /// <inheritdoc/>
    internal sealed override string Suggestion(FitSize size, long available) =>
        ConjugateGradientSolver.Suggested(size, available) ?? FalkonSolver.SuggestedCenters(size, available);

    /// <summary>Factorizes K + r I in K's memory.</summary>
    internal abstract IPosterior Factorize(Matrix gram, double ridge, Workers workers);
}

/// <summary>A solver that iterates until a residual is small.</summary>
public abstract record IterativeSolver : Solver
{
    private readonly double _tolerance = 1e-8;
    private readonly int _iterations = 1000;

    private protected IterativeSolver()
    {
    }

    /// <summary>
    /// The greatest |residual| / |right-hand side| over the outputs at which iterations end, in (0, 1); 1e-8 unless
    /// set. The residual of conjugate gradients is y − (K + r I) α; that of falkon is of its preconditioned normal
    /// equations.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is not between 0 and 1.</exception>
    public double Tolerance
    {
        get => _tolerance;
        init => _tolerance = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a tolerance between 0 and 1, not {value}.");
    }

    /// <summary>The most iterations, at least 1; 1000 unless set. A solution that needs more is an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int Iterations
    {
        get => _iterations;
        init => _iterations = AtLeast(1, value, "a number of iterations");
    }

    /// <summary>The seed that pivots and centers are drawn from; 0 unless set.</summary>
    public long Seed { get; init; }
}
