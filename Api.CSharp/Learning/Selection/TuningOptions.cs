namespace HadamardNtk;

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
