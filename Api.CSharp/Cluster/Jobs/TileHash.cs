using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The hash of a tile's bits, XxHash128 of its entries row by row. It finds bits that went wrong, not bits that were
/// forged.
/// </summary>
internal static class TileHash
{
    /// <summary>The hash of entries. It is never 0, which stands for an unknown one.</summary>
    internal static UInt128 Of<T>(ReadOnlySpan<T> entries) where T : unmanaged => Of(MemoryMarshal.AsBytes(entries));

    /// <summary>The hash of bytes.</summary>
    internal static UInt128 Of(ReadOnlySpan<byte> bytes) =>
        XxHash128.HashToUInt128(bytes) is var hash && hash == default ? UInt128.One : hash;
}
