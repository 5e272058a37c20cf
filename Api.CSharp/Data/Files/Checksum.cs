using System.Buffers.Binary;
using System.Numerics;

namespace HadamardNtk;

/// <summary>Computes CRC-32C (Castagnoli), with the processor's instruction where there is one.</summary>
internal static class Checksum
{
    /// <summary>The checksum of bytes that follow others with the checksum <c>before</c>.</summary>
    internal static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
