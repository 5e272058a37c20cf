using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The hash of a tile's bits, XxHash128 of its entries row by row. It finds bits that went wrong, not bits that were
/// forged.
/// </summary>
internal static class TileHash
{
    // A span of bytes ends at 2^31, and one of numbers does not.
    private const int Block = 1 << 20;

    /// <summary>The hash of entries. It is never 0, which stands for an unknown one.</summary>
    internal static UInt128 Of<T>(ReadOnlySpan<T> entries) where T : unmanaged
    {
        var hash = new XxHash128();
        for (; entries.Length > Block; entries = entries[Block..])
        {
            hash.Append(MemoryMarshal.AsBytes(entries[..Block]));
        }

        hash.Append(MemoryMarshal.AsBytes(entries));
        return Known(hash.GetCurrentHashAsUInt128());
    }

    /// <summary>The hash of bytes.</summary>
    internal static UInt128 Of(ReadOnlySpan<byte> bytes) => Known(XxHash128.HashToUInt128(bytes));

    private static UInt128 Known(UInt128 hash) => hash == default ? UInt128.One : hash;
}
