namespace HadamardNtk;

/// <summary>The ways to solve (K + r I) α = y.</summary>
public enum SolverKind
{
    /// <summary>The Cholesky factorisation: exact, n² numbers, n³/3 operations.</summary>
    Cholesky,

    /// <summary>All eigenvalues and eigenvectors: exact, also where K is singular and r is 0; several n² numbers.</summary>
    Eigen,

    /// <summary>
    /// Conjugate gradients, preconditioned by a randomly pivoted partial Cholesky factorisation: exact to a tolerance, with
    /// n² numbers, half of them, or none.
    /// </summary>
    ConjugateGradients,

    /// <summary>
    /// The regression on m centres alone (Nyström), by Falkon's preconditioned conjugate gradients: an approximation, some m² numbers.
    /// </summary>
    Falkon,
}

/// <summary>Where conjugate gradients keep the Gram matrix.</summary>
public enum GramStorage
{
    /// <summary>The first of float64, float32 and nothing that fits into memory.</summary>
    Automatic,

    /// <summary>In memory, 8 n² bytes.</summary>
    Float64,

    /// <summary>
    /// In memory, rounded to float32: 4 n² bytes. Sums are in float64, and the solution is refined in float64, by residuals of
    /// the kernel that is not rounded, until those are at the tolerance.
    /// </summary>
    Float32,

    /// <summary>In a temporary file, mapped into memory.</summary>
    File,

    /// <summary>Nowhere: computed again in every step.</summary>
    None,
}

/// <summary>How a regression is solved. Immutable; change it with <c>with</c>.</summary>
/// <example><code>new RegressionOptions { Solver = Solver.ConjugateGradients with { Rank = 1000 } }</code></example>
public sealed record Solver
{
    private readonly double _tolerance = 1e-8;
    private readonly int _iterations = 1000;
    private readonly int? _rank;
    private readonly int? _centers;

    private Solver(SolverKind kind) => Kind = kind;

    /// <summary>By the Cholesky factorisation.</summary>
    public static Solver Cholesky { get; } = new(SolverKind.Cholesky);

    /// <summary>
    /// By eigenvalues. Those with λ + r ≤ n 2⁻⁵² (λ_max + r) count as zero and are left out: with r = 0 the solution is that of
    /// the pseudo-inverse, what gradient descent tends to.
    /// </summary>
    public static Solver Eigen { get; } = new(SolverKind.Eigen);

    /// <summary>By preconditioned conjugate gradients.</summary>
    public static Solver ConjugateGradients { get; } = new(SolverKind.ConjugateGradients);

    /// <summary>On centres alone.</summary>
    public static Solver Falkon { get; } = new(SolverKind.Falkon);

    /// <summary>Which way it is.</summary>
    public SolverKind Kind { get; }

    /// <summary>
    /// The most steps of the partial factorisation that conjugate gradients are preconditioned by: k n numbers, k² n operations.
    /// 0 for plain conjugate gradients, null for the larger of 500 and 10 √n, or n where that is less.
    /// </summary>
    public int? Rank
    {
        get => _rank;
        init => _rank = value is null or >= 0 ? value : throw Few(nameof(value), value, 0, "a rank");
    }

    /// <summary>
    /// m, the number of centres among the samples; null for the smaller of n and 4096. All of them give the exact regression.
    /// They are the pivots of a randomly pivoted factorisation of K between 4 m samples, or all: 4 m² numbers at most.
    /// </summary>
    public int? Centers
    {
        get => _centers;
        init => _centers = value is null or >= 1 ? value : throw Few(nameof(value), value, 1, "a number of centres");
    }

    /// <summary>
    /// The greatest |residual| / |right-hand side| over the outputs at which iterations end; 1e-8 unless set. The residual is
    /// y − (K + r I) α; with centres that of their preconditioned normal equations.
    /// </summary>
    public double Tolerance
    {
        get => _tolerance;
        init => _tolerance = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a tolerance between 0 and 1, not {value}.");
    }

    /// <summary>The most iterations; 1000 unless set. A solution that needs more is an error.</summary>
    public int Iterations
    {
        get => _iterations;
        init => _iterations = value >= 1 ? value : throw Few(nameof(value), value, 1, "a number of iterations");
    }

    /// <summary>What pivots and centres are drawn from; 0 unless set.</summary>
    public long Seed { get; init; }

    /// <summary>Where conjugate gradients keep the Gram matrix.</summary>
    public GramStorage Storage { get; init; }

    /// <summary>The folder of the temporary file, for <see cref="GramStorage.File"/>; the system's own if null.</summary>
    public string? Folder { get; init; }

    /// <summary>The numbers of a Φ that falkon keeps though it did not look at all samples for centres.</summary>
    internal long KeptNumbers { get; init; } = 1L << 24;

    /// <summary>Told how far it is, from the thread that works; null for none.</summary>
    public IProgress<SolverProgress>? Progress { get; init; }

    /// <summary>What a fit will hold in memory at most, the samples included.</summary>
    /// <param name="samples">n.</param>
    /// <param name="features">d.</param>
    /// <param name="outputs">C.</param>
    public long MemoryBytes(int samples, int features, int outputs) =>
        SolverMemory.Plan(this, new(samples, features, outputs), SolverMemory.Available).Bytes;

    internal int RankFor(int samples) => Math.Min(samples, Rank ?? Math.Max(500, (int)(10 * Math.Sqrt(samples))));

    internal int CentersFor(int samples) => Math.Min(samples, Centers ?? 4096);

    private static ArgumentOutOfRangeException Few(string name, int? value, int least, string what) =>
        new(name, value, $"Expected {what} of at least {least}, not {value}.");
}

/// <summary>How far a solver is.</summary>
/// <param name="Stage">What it does: <c>gram</c>, <c>pivots</c>, <c>factor</c> or <c>gradients</c>.</param>
/// <param name="Done">The part of the stage that is done, in [0, 1]; for gradients in the logarithm of the residual.</param>
/// <param name="Iterations">Iterations so far.</param>
/// <param name="Residual">The relative residual; NaN before there is one.</param>
/// <param name="Bytes">What the fit holds in memory at most, known before it begins.</param>
public readonly record struct SolverProgress(string Stage, double Done, int Iterations, double Residual, long Bytes);

/// <summary>How a regression was solved.</summary>
/// <param name="Kind">The way.</param>
public sealed record SolverReport(SolverKind Kind)
{
    /// <summary>Iterations of conjugate gradients, all refinements together; null where there are none.</summary>
    public int? Iterations { get; init; }

    /// <summary>The relative residual of the solution, as <see cref="Solver.Tolerance"/> means it; null where none was taken.</summary>
    public double? Residual { get; init; }

    /// <summary>Pivots of the preconditioner, or centres that do not depend on the others.</summary>
    public int? Rank { get; init; }

    /// <summary>Where the Gram matrix was kept.</summary>
    public GramStorage? Storage { get; init; }
}

/// <summary>Iterations ended without a solution.</summary>
public sealed class NotConvergedException : ArithmeticException
{
    internal NotConvergedException(int iterations, double residual, double tolerance, string mend)
        : base($"the relative residual is {residual:E1} after {iterations} iterations, not {tolerance:E1}; {mend}") =>
        (Iterations, Residual) = (iterations, residual);

    /// <summary>The iterations that were made.</summary>
    public int Iterations { get; }

    /// <summary>The relative residual that they reached.</summary>
    public double Residual { get; }
}
