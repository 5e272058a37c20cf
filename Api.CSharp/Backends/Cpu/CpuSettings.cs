namespace HadamardNtk;

/// <summary>What a cpu backend is made of. The defaults need nothing that is not here.</summary>
internal sealed record CpuSettings
{
    /// <summary>The vectors.</summary>
    internal VectorWidth Width { get; init; } = VectorWidths.Widest;

    /// <summary>Who multiplies.</summary>
    internal ProductLibrary Products { get; init; } = ProductLibrary.Own;

    /// <summary>Whether programs become machine code; null for the large requests only. It does not show in the result.</summary>
    internal bool? Compiled { get; init; } = StripRunners.CanCompile ? null : false;
}
