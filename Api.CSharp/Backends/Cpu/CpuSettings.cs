namespace HadamardNtk;

/// <summary>The settings of a cpu backend. The defaults need no library outside this assembly.</summary>
internal sealed record CpuSettings
{
    /// <summary>The width of the vectors.</summary>
    internal VectorWidth Width { get; init; } = VectorWidths.Widest;

    /// <summary>The library for inner products.</summary>
    internal ProductLibrary Products { get; init; } = ProductLibrary.Own;

    /// <summary>
    /// The most bytes of the rows' samples, and of the columns', that slices of a network with series hold at a time.
    /// </summary>
    internal long SliceBytes { get; init; } = 768L << 20;

    /// <summary>
    /// Whether programs become machine code; null stands for large requests only. The result does not depend on it.
    /// </summary>
    internal bool? Compiled { get; init; } = StripRunners.CanCompile ? null : false;
}
