using System.Diagnostics;

namespace HadamardNtk;

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
        init => _tolerance = OptionValue.Tolerance(value);
    }

    /// <summary>
    /// The largest number of iterations, at least 1; 1000 unless set. A solution that needs more is an error.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int Iterations
    {
        get => _iterations;
        init => _iterations = OptionValue.AtLeast(1, value, "a number of iterations");
    }

    /// <summary>The seed that pivots and centers are drawn from; 0 unless set.</summary>
    public long Seed { get; init; }
}

/// <summary>
/// Solves by conjugate gradients, preconditioned by a randomly pivoted partial Cholesky factorization. The solution is
/// exact to a tolerance. The matrix takes n²/2 numbers, half of them, or none.
/// </summary>
public sealed record ConjugateGradientSolver : IterativeSolver
{
    private readonly int? _rank;
    private readonly GramStorage _storage;
    private readonly int _checkpointSteps = 10;

    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.ConjugateGradients;

    /// <summary>
    /// k, the largest number of steps of the partial factorization, at least 0. It takes k n numbers and k² n
    /// operations. 0 stands for plain conjugate gradients, null for the rank at which the factorization and the steps
    /// are estimated to take nearly the least time together, (129 n max(C, 3))^(1/2.43) for C outputs and at least 500,
    /// or n where that is less.
    /// </summary>
    /// <remarks>
    /// A step takes 2 n² C operations, the preconditioner 5 k² n. The steps fall as k^−0.43 and grow as n^0.6: with a
    /// ridge of 1e-6 of the mean diagonal there are 253, 155, 116 and 94 on 8000 images of digits at ranks 300, 894,
    /// 1800 and 3000, and 289, 253 and 207 on 20,000 at ranks 1122, 1492 and 2200. With fewer than 3 outputs a step
    /// waits for memory.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The rank is negative.</exception>
    public int? Rank
    {
        get => _rank;
        init => _rank = value is { } rank ? OptionValue.AtLeast(0, rank, "a rank") : null;
    }

    /// <summary>The place of the Gram matrix; automatic unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public GramStorage Storage
    {
        get => _storage;
        init => _storage = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a GramStorage, not {value}.");
    }

    /// <summary>The folder of the temporary file of <see cref="GramStorage.File"/>; the system's own if null.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The file of a checkpoint from which the iterations can be resumed, to the same bits; none if null. It is written
    /// as a whole, and stays when the fit has ended. The kernel is that of a network on rows of a Matrix.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>The number of steps after which the checkpoint is written again, at least 1; 10 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int CheckpointSteps
    {
        get => _checkpointSteps;
        init => _checkpointSteps = OptionValue.AtLeast(1, value, "a number of steps");
    }

    /// <summary>Whether the iterations go on from their checkpoint if there is one.</summary>
    public bool Resume { get; init; }

    /// <inheritdoc/>
    internal override string Description => $"conjugate gradients, {Described(Storage)},";

    /// <inheritdoc/>
    internal override TResult Match<TResult>(ISolverCases<TResult> cases) => cases.Of(this);

    /// <summary>The rank for n samples and C outputs.</summary>
    internal int RankFor(int samples, int outputs) => Math.Min(
        samples, Rank ?? Math.Max(500, (int)Math.Pow(129.0 * samples * Math.Max(3, outputs), 1 / 2.43)));

    /// <summary>The place of the matrix, as a message states it.</summary>
    internal static string Described(GramStorage storage) => storage switch
    {
        GramStorage.Float64 => "the matrix in float64",
        GramStorage.Float32 => "the matrix in float32",
        GramStorage.File => "the matrix in a file",
        GramStorage.None => "the matrix never stored",
        _ => throw new UnreachableException("Automatic storage has no description before it is resolved."),
    };
}

/// <summary>
/// Solves the regression on m centers among the samples alone (Nyström), by Falkon's preconditioned conjugate
/// gradients. The solution is an approximation and takes some m² numbers, and n m in float32 where the fit is within a
/// quarter of the memory, which saves computing them again in every step. The model keeps the centers only, so that it
/// has no standard deviations.
/// </summary>
public sealed record FalkonSolver : IterativeSolver
{
    private const int CandidatesPerCenter = 4;

    private readonly int? _centers;

    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.Falkon;

    /// <summary>
    /// m, the number of centers among the samples, at least 1; null for the smaller of n and 4096. All samples as
    /// centers give the exact regression. The centers are the pivots of a randomly pivoted factorization of K between 4
    /// m samples, or all of them, and takes at most 4 m² numbers.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? Centers
    {
        get => _centers;
        init => _centers = value is { } centers ? OptionValue.AtLeast(1, centers, "a number of centers") : null;
    }

    /// <summary>
    /// The largest number of entries of a Φ that is kept although not all samples were candidates for centers.
    /// </summary>
    internal long KeptNumbers { get; init; } = 1L << 24;

    /// <summary>
    /// The largest number of entries of a Φ that is kept in float32 where it is not kept in float64. 0 where that would
    /// take the fit beyond a quarter of the memory.
    /// </summary>
    internal long RoundedNumbers { get; init; } = 1L << 33;

    /// <inheritdoc/>
    internal override string Description => "falkon";

    /// <inheritdoc/>
    internal override TResult Match<TResult>(ISolverCases<TResult> cases) => cases.Of(this);

    /// <summary>m, the number of centers among n samples.</summary>
    internal int CentersFor(int samples) => Math.Min(samples, Centers ?? 4096);

    /// <summary>The number of candidates for the centers: 4 m or n, so that memory does not grow with n.</summary>
    internal int CandidatesFor(int samples) => (int)Math.Min(samples, (long)CandidatesPerCenter * CentersFor(samples));
}
