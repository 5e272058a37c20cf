namespace HadamardNtk;

/// <summary>How real numbers are stored in an npy file.</summary>
public enum NpyPrecision
{
    /// <summary>dtype &lt;f8: 8 bytes a value, exact.</summary>
    Float64,

    /// <summary>dtype &lt;f4: 4 bytes a value, rounded to nearest; values beyond 3.4e38 are refused.</summary>
    Float32,
}
