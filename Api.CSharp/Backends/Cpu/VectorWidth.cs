using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>The bits of a vector.</summary>
internal enum VectorWidth
{
    /// <summary>SSE, NEON.</summary>
    Bits128 = 128,

    /// <summary>AVX2.</summary>
    Bits256 = 256,

    /// <summary>AVX-512.</summary>
    Bits512 = 512,
}

/// <summary>What the processor has.</summary>
internal static class VectorWidths
{
    /// <summary>The widest that is in hardware.</summary>
    internal static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
