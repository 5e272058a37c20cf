namespace HadamardNtk;

/// <summary>The outcome of comparing a claim with what a study measured.</summary>
public enum ClaimVerdict
{
    /// <summary>The measurement agrees with the claim.</summary>
    Found,

    /// <summary>The measurement contradicts the claim.</summary>
    NotFound,

    /// <summary>Nothing is asserted: the quantity is reported alone, or the options do not test the claim.</summary>
    Reported,
}
