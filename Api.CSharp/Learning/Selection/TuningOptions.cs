namespace HadamardNtk;

/// <summary>A point of a search that was the best so far.</summary>
/// <param name="Start">The start that the search came from: 0 for the given one, then one for each restart.</param>
/// <param name="Evaluations">The number of points that were evaluated so far, over all starts.</param>
/// <param name="Network">The network at this point.</param>
/// <param name="Ridge">The ridge at this point.</param>
/// <param name="Score">The log marginal likelihood, or the root mean squared residual of samples left out.</param>
public sealed record TuningStep(int Start, int Evaluations, Network Network, Ridge Ridge, double Score);

/// <summary>The options of a search for hyper-parameters. Immutable; change it with <c>with</c>.</summary>
public sealed record TuningOptions
{
    /// <summary>What is maximized or minimized; the evidence unless set.</summary>
    public SelectionCriterion Criterion { get; init; } = SelectionCriterion.Evidence;

    /// <summary>Whether the ridge stays as it is given; it is searched with the parameters unless set.</summary>
    public bool KeepRidge { get; init; }

    /// <summary>
    /// The number of further starts, which are drawn around the given one, scales within a factor of 10 and other
    /// parameters within 1; 0 unless set. The best end of all is the result.
    /// </summary>
    public int Restarts { get; init; }

    /// <summary>The seed of the further starts.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// A search has converged when no derivative of the criterion exceeds this, by the logarithm of a scale or the
    /// ridge or by another parameter; 1e-2 unless set. Errors count as −n C log(error), in the units of an evidence.
    /// </summary>
    public double Tolerance { get; init; } = 1e-2;

    /// <summary>The largest number of evaluations of one start; 100 unless set.</summary>
    public int MaximumEvaluations { get; init; } = 100;

    /// <summary>The listener that receives each point that was the best so far; null for none.</summary>
    public IProgress<TuningStep>? Progress { get; init; }

    /// <summary>Requires numbers that make sense.</summary>
    internal void Require()
    {
        ArgumentNullException.ThrowIfNull(Criterion);
        ArgumentOutOfRangeException.ThrowIfNegative(Restarts);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumEvaluations, 1);
        if (!(Tolerance > 0 && double.IsFinite(Tolerance)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Tolerance), Tolerance, $"Expected a finite, positive tolerance, not {Tolerance}.");
        }
    }
}

/// <summary>The end of a search for hyper-parameters.</summary>
/// <param name="Kernel">The kernel of the network with the parameters that were found.</param>
/// <param name="Ridge">The ridge, absolute or relative as it was given.</param>
/// <param name="Score">The log marginal likelihood, or the root mean squared residual of samples left out.</param>
/// <param name="Parameters">The parameters with their values, in the order in which they were named.</param>
/// <param name="Evaluations">The number of evaluations of the criterion with its gradient, over all starts.</param>
/// <param name="Converged">Whether no derivative exceeds the tolerance at the best end.</param>
/// <param name="Ends">The score at the end of each start; null where the criterion existed nowhere.</param>
public sealed record TunedKernel(
    InfiniteKernel Kernel,
    Ridge Ridge,
    double Score,
    IReadOnlyList<NetworkParameter> Parameters,
    int Evaluations,
    bool Converged,
    IReadOnlyList<double?> Ends)
{
    /// <summary>The kernel, and below it ridge, score and what the search took.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"""
         TunedKernel: {Kernel}
           ridge {Ridge.Value:G6}, score {Score:G6}, {Evaluations} evaluations, {(Converged ? "" : "not ")}converged
         """).ReplaceLineEndings("\n");
}
