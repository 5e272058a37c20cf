namespace HadamardNtk;

/// <summary>The number type in which real numbers are computed or stored.</summary>
public enum Precision
{
    /// <summary>A number has 8 bytes and 53 significant bits. The dtype of npy files is &lt;f8.</summary>
    Float64,

    /// <summary>
    /// A number has 4 bytes and 24 significant bits. The dtype of npy files is &lt;f4; values beyond 3.4e38 are
    /// refused.
    /// </summary>
    Float32,
}
