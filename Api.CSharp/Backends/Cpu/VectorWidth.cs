using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>The number of bits of a vector.</summary>
internal enum VectorWidth
{
    /// <summary>The width of SSE and NEON.</summary>
    Bits128 = 128,

    /// <summary>The width of AVX2.</summary>
    Bits256 = 256,

    /// <summary>The width of AVX-512.</summary>
    Bits512 = 512,
}

/// <summary>The vector widths of the processor.</summary>
internal static class VectorWidths
{
    /// <summary>The greatest width that the hardware supports.</summary>
    internal static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
