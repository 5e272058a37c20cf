namespace HadamardNtk;

/// <summary>
/// Solves the regression on m centers among the samples alone (Nyström), by Falkon's preconditioned conjugate
/// gradients: an approximation, some m² numbers. The model keeps the centers only, so that it has no standard
/// deviations.
/// </summary>
public sealed record FalkonSolver : IterativeSolver
{
    private readonly int? _centers;

    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.Falkon;

    /// <summary>
    /// m, the number of centers among the samples, at least 1; null for the smaller of n and 4096. All samples as
    /// centers give the exact regression. The centers are the pivots of a randomly pivoted factorization of K between 4
    /// m samples, or all: 4 m² numbers at most.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? Centers
    {
        get => _centers;
        init => _centers = value is { } centers ? AtLeast(1, centers, "a number of centres") : null;
    }

    /// <summary>The most numbers of a Φ that is kept although not all samples were candidates for centers.</summary>
    internal long KeptNumbers { get; init; } = 1L << 24;

    /// <inheritdoc/>
    internal override string Description => "falkon";

    // The features if they are kept, the factor, its triangle twice or with the preconditioner, a block of rows and its
    // room.
    /// <inheritdoc/>
    internal override long OwnBytes(FitSize size)
    {
        var centers = (long)CentersFor(size.Samples);
        var candidates = FalkonSystem.Candidates(size.Samples, (int)centers);
        var factor = candidates * (centers + 2L * PartialCholesky.Block + size.Features);
        var triangles = 3 * centers * centers;
        var block = 2L * Math.Max(FalkonSystem.BlockRows, PartialCholesky.Block) * centers;
        var features = candidates < size.Samples ? Math.Min(size.Samples * centers, KeptNumbers) : 0;
        var weights = centers * (size.Features + SolverMemory.Vectors * (long)size.Outputs);
        return 8 * (features + factor + triangles + block + weights);
    }

    /// <inheritdoc/>
    internal override long LargestArray(FitSize size)
    {
        var centers = CentersFor(size.Samples);
        return (long)FalkonSystem.Candidates(size.Samples, centers) * centers;
    }

    /// <inheritdoc/>
    internal override DirectSolver ForDeviations() => throw new NotSupportedException(
        "A falkon model keeps its centres alone, and standard deviations need all training samples; " +
        "fit with cholesky, eigen or cg.");

    /// <inheritdoc/>
    internal override string Suggestion(FitSize size, long available) => SuggestedCenters(size, available);

    /// <summary>Falkon with as many centers as fit, as the suggestion of any solver.</summary>
    internal static string SuggestedCenters(FitSize size, long available)
    {
        var centers = MostCenters(size, available);
        if (centers == 0)
        {
            return "give fewer samples or features";
        }

        var bytes = SolverMemory.Needed(new FalkonSolver { Centers = centers }, size);
        return $"take falkon with {centers} centres or fewer: {SolverMemory.Gigabytes(bytes)}";
    }

    /// <inheritdoc/>
    internal override Solution Solve(Problem problem) => FalkonSystem.Solve(problem, this);

    /// <summary>The number of centers among n samples.</summary>
    internal int CentersFor(int samples) => Math.Min(samples, Centers ?? 4096);

    // The memory grows with the number of centers, so bisection finds the greatest number that fits.
    private static int MostCenters(FitSize size, long available)
    {
        var (fits, fails) = (0, size.Samples + 1);
        while (fails - fits > 1)
        {
            var middle = fits + (fails - fits) / 2;
            var isEnough = SolverMemory.Fits(new FalkonSolver { Centers = middle }, size, available);
            (fits, fails) = isEnough ? (middle, fails) : (fits, middle);
        }

        return fits;
    }
}
