namespace HadamardNtk;

/// <summary>A regression that is solved: f(x) = k(x, samples) weights.</summary>
/// <param name="Weights">The weights, one row for each sample or center.</param>
/// <param name="Ridge">The absolute ridge.</param>
/// <param name="Report">The report of the solver.</param>
internal sealed record Solution(Matrix Weights, double Ridge, SolverReport Report)
{
    /// <summary>The places of the samples that f needs, among those of K. Null stands for all of them.</summary>
    internal int[]? Kept { get; init; }

    /// <summary>√(mean squared leave-one-out residual), null where the solver does not compute it.</summary>
    internal double? LeaveOneOutRmse { get; init; }

    /// <summary>log p(y), null where the solver does not compute it.</summary>
    internal double? LogMarginalLikelihood { get; init; }

    /// <summary>s of each output, which multiplies deviations; null where variances have unit scale.</summary>
    internal double[]? Scales { get; init; }

    /// <summary>The posterior, or null where the solver leaves no factorization for it.</summary>
    internal IPosterior? Posterior { get; init; }
}
