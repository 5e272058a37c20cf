namespace HadamardNtk;

/// <summary>The place where conjugate gradients keep the Gram matrix.</summary>
public enum GramStorage
{
    /// <summary>The first of float64, float32 and nothing that fits into memory.</summary>
    Automatic,

    /// <summary>In memory, 8 n² bytes.</summary>
    Float64,

    /// <summary>
    /// In memory, rounded to float32: 4 n² bytes. Sums are in float64, and the solution is refined in float64, by
    /// residuals of the kernel that is not rounded, until those are at the tolerance.
    /// </summary>
    Float32,

    /// <summary>In a temporary file, mapped into memory.</summary>
    File,

    /// <summary>Nowhere: the matrix is computed again in every step.</summary>
    None,
}
