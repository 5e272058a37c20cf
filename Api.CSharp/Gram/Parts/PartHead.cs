using System.Buffers.Binary;
using System.Text;

namespace HadamardNtk;

/// <summary>
/// The head of the file of a part: which part it is, of which matrix, and the size of what follows.
/// </summary>
/// <param name="Part">The part.</param>
/// <param name="IsSymmetric">Whether only the pairs on and above the diagonal are there.</param>
/// <param name="Identity">Everything on which the bits of the matrix depend.</param>
/// <param name="Provenance">The provenance of the matrix.</param>
internal sealed record PartHead(
    GramPart Part, bool IsSymmetric, RunDescription Identity, GramProvenance Provenance)
{
    /// <summary>The number of bytes at the beginning that have the magic, the checksum and the lengths.</summary>
    internal const int Prefix = 32;

    private const int LongestHead = 1 << 28;

    /// <summary>The first bytes of the file of a part.</summary>
    internal static ReadOnlySpan<byte> Magic => "hntk-gp1"u8;

    /// <summary>The order of the pairs of the matrix.</summary>
    internal PairOrder Pairs => new(Provenance.Rows, Provenance.Columns, IsSymmetric);

    /// <summary>The head as bytes.</summary>
    /// <param name="numbers">The number of bytes of all tiles, which follow the head.</param>
    /// <param name="index">The index of the tiles, which stands behind them.</param>
    internal byte[] ToBytes(long numbers, ReadOnlySpan<byte> index)
    {
        var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(Magic);
        writer.Write(new byte[Prefix - Magic.Length]);
        writer.Write(Part.Number);
        writer.Write(Part.Count);
        writer.Write(IsSymmetric ? 1 : 0);
        CheckpointFile.WritePart(writer, Identity.Bytes);
        CheckpointFile.WritePart(writer, Encoding.UTF8.GetBytes(ProvenanceFile.Text(Provenance)));
        writer.Flush();
        var head = content.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), head.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), numbers);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), index.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), Sum(head, index));
        return head;
    }

    /// <summary>The lengths of the head, of the numbers and of the index, which a file states first.</summary>
    internal static (int Head, long Numbers, long Index) Lengths(ReadOnlySpan<byte> prefix) => (
        BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]),
        BinaryPrimitives.ReadInt64LittleEndian(prefix[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(prefix[24..]));

    /// <summary>Whether a file may have these lengths.</summary>
    internal static bool ArePossible((int Head, long Numbers, long Index) lengths) =>
        lengths is { Head: > Prefix and <= LongestHead, Numbers: >= 0, Index: >= 0 }
        && lengths.Index <= Array.MaxLength
        && lengths.Numbers <= long.MaxValue - LongestHead - Array.MaxLength;

    /// <summary>Whether the checksum of a head and its index is the one that the head states.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == Sum(head, index);

    /// <summary>Reads a head that is whole.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="head">Its bytes.</param>
    internal static PartHead Parse(string path, byte[] head)
    {
        using var reader = new BinaryReader(new MemoryStream(head, Prefix, head.Length - Prefix));
        var part = new GramPart(reader.ReadInt32(), reader.ReadInt32());
        var isSymmetric = reader.ReadInt32() != 0;
        var identity = RunDescription.Parse(CheckpointFile.ReadPart(reader));
        var text = Encoding.UTF8.GetString(CheckpointFile.ReadPart(reader));
        return new(part, isSymmetric, identity, ProvenanceReader.Parse(path, text));
    }

    private static uint Sum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> index) =>
        Checksum.Of(index, Checksum.Of(head[12..]));
}
