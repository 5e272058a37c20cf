namespace HadamardNtk;

/// <summary>The options for the phase of a repeated block. Immutable; change it with <c>with</c>.</summary>
/// <remarks>
/// <see cref="BlockPhase.Of"/> checks them: the range of variances is positive, the tolerance lies in (0, 1), and the
/// variance in the range.
/// </remarks>
public sealed record PhaseOptions
{
    /// <summary>The least fixed variance that is looked for; 1e-6 unless set.</summary>
    public double LeastVariance { get; init; } = 1e-6;

    /// <summary>The greatest fixed variance that is looked for; 1e6 unless set.</summary>
    public double GreatestVariance { get; init; } = 1e6;

    /// <summary>Slopes count as 1, and variances as fixed, within this; 1e-8 unless set.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>
    /// The correlation map is taken at the fixed variance whose logarithm is nearest to that of this number, or at the
    /// number itself if every variance is fixed. Null stands for the stable fixed variance that is nearest to 1.
    /// </summary>
    public double? Variance { get; init; }
}
