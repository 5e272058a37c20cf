namespace HadamardNtk;

/// <summary>Computes CRC-32, the checksum of zip archives and of PNG: the polynomial 0xEDB88320, reflected.</summary>
internal static class ZipChecksum
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>The checksum of a stream from its position to its end.</summary>
    internal static uint Of(Stream stream)
    {
        var (crc, buffer) = (~0u, new byte[1 << 16]);
        while (stream.Read(buffer) is > 0 and var count)
        {
            crc = With(crc, buffer.AsSpan(0, count));
        }

        return ~crc;
    }

    /// <summary>The checksum of bytes.</summary>
    internal static uint Of(ReadOnlySpan<byte> bytes) => ~With(~0u, bytes);

    private static uint With(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) crc = Table[(crc ^ value) & 0xff] ^ (crc >> 8);
        return crc;
    }

    private static uint Entry(int value)
    {
        var entry = (uint)value;
        for (var bit = 0; bit < 8; bit++) entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0xEDB88320;
        return entry;
    }
}
