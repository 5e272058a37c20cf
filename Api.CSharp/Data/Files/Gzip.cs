using System.IO.Compression;

namespace HadamardNtk;

/// <summary>
/// Unpacks gzip files completely or not at all. GZipStream accepts a file that is cut short. Every file is therefore
/// read with a member of our own appended, the mark, which is unpacked last only if everything before it is complete.
/// </summary>
internal static class Gzip
{
    private static readonly byte[] Mark = "HadamardNtk: this gzip file ends here."u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);

    public static bool Is(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, ..];

    /// <summary>Unpacks a complete gzip stream of one or more members.</summary>
    /// <exception cref="InvalidDataException">The stream is cut, damaged or followed by other bytes.</exception>
    public static ChunkStream Unpack(Stream packed)
    {
        using var marked = new GZipStream(new FollowedStream(packed, PackedMark), CompressionMode.Decompress);
        var unpacked = ChunkStream.Drain(marked);
        if (!EndsWithMark(unpacked)) throw new InvalidDataException("the gzip stream does not end properly");
        unpacked.SetLength(unpacked.Length - Mark.Length);
        return unpacked;
    }

    private static bool EndsWithMark(ChunkStream unpacked)
    {
        if (unpacked.Length < Mark.Length) return false;
        var tail = new byte[Mark.Length];
        unpacked.Position = unpacked.Length - tail.Length;
        unpacked.ReadExactly(tail);
        unpacked.Position = 0;
        return tail.AsSpan().SequenceEqual(Mark);
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
