namespace HadamardNtk;

/// <summary>The options for maximizing a marginal likelihood. Immutable; change it with <c>with</c>.</summary>
public sealed record EvidenceOptions
{
    /// <summary>The search ends when the values at its simplex differ by at most this; 1e-4 unless set.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>The largest number of evaluations, each of a Gram matrix and a factorization; 200 unless set.</summary>
    public int MaximumEvaluations { get; init; } = 200;

    /// <summary>The listener that receives each point that was the best so far; null for none.</summary>
    public IProgress<EvidenceStep>? Progress { get; init; }
}
