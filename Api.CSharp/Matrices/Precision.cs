namespace HadamardNtk;

/// <summary>How real numbers are computed or stored.</summary>
public enum Precision
{
    /// <summary>8 bytes a number, 53 bits; in npy files dtype &lt;f8.</summary>
    Float64,

    /// <summary>4 bytes a number, 24 bits; in npy files dtype &lt;f4, where values beyond 3.4e38 are refused.</summary>
    Float32,
}
