namespace HadamardNtk;

/// <summary>The place where conjugate gradients keep the Gram matrix.</summary>
public enum GramStorage
{
    /// <summary>
    /// Float64 where the fit takes at most a quarter of the memory, else float32 where it fits, else nothing.
    /// </summary>
    Automatic,

    /// <summary>The upper triangle in memory, 4 n² bytes.</summary>
    Float64,

    /// <summary>
    /// The upper triangle in memory, rounded to float32: 2 n² bytes. Sums are in float64, and the solution is refined
    /// in float64, by residuals of the kernel that is not rounded, until those are at the tolerance.
    /// </summary>
    Float32,

    /// <summary>In a temporary file, mapped into memory.</summary>
    File,

    /// <summary>Nowhere: the matrix is computed again in every step.</summary>
    None,
}
