using System.IO.Compression;

namespace HadamardNtk;

/// <summary>
/// Reads the arrays of npz files, the archives that numpy.savez writes: a zip whose entries are npy files. A member is
/// unpacked in memory, and compared with its length and checksum in the archive.
/// </summary>
internal static class NpzFile
{
    private const string End = ".npy";
    private const string Complete = "a complete npz file";
    private const string Suggestion = "fetch or save it again";
    private const int LongestList = 12;

    /// <summary>True for the first bytes of a zip archive, with entries or without.</summary>
    public static bool Is(ReadOnlySpan<byte> head) =>
        head is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..];

    /// <summary>The npy file of a member; without a name, of the only one.</summary>
    /// <exception cref="DataFormatException">
    /// The archive is damaged or has no arrays, there is no such member, or there are several and none is named.
    /// </exception>
    public static Stream Open(string file, Stream archive, string? member)
    {
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            return Unpacked(file, archive, Chosen(file, zip, member));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new DataFormatException(file, Complete, "one that is cut short or damaged", Suggestion, e);
        }
    }

    private static ZipArchiveEntry Chosen(string file, ZipArchive zip, string? member)
    {
        var arrays = zip.Entries.Where(entry => entry.FullName.EndsWith(End, StringComparison.Ordinal)).ToArray();
        if (arrays.Length == 0) throw NoArrays(file, zip);
        if (member is null)
        {
            return arrays is [var only] ? only : throw new DataFormatException(
                file, "the name of one of its arrays", $"none, and it has {arrays.Length}: {List(arrays)}",
                $"name one behind a colon, as in '{file}:{Name(arrays[0])}'");
        }

        return Array.FindLast(arrays, entry => entry.FullName == member || Name(entry) == member)
            ?? throw new DataFormatException(
                file, $"one of its arrays: {List(arrays)}", $"{MessageText.Quote(member)}", "name one of these");
    }

    private static DataFormatException NoArrays(string file, ZipArchive zip) =>
        zip.GetEntry("[Content_Types].xml") is null
            ? new(file, "an npz file with arrays in it", "a zip archive without any", "save arrays with numpy.savez")
            : new(file, "an npz file with arrays in it", "a document of an office program",
                "save its sheet as comma-separated text (.csv)");

    private static Stream Unpacked(string file, Stream archive, ZipArchiveEntry entry)
    {
        using var packed = entry.Open();
        var array = WatchedStream.Unpacked(archive, ChunkStream.Drain(packed));
        if (array.Length != entry.Length || ZipChecksum.Of(array) != entry.Crc32)
        {
            throw new DataFormatException(
                file, Complete, $"one whose array {Name(entry)} is cut short or damaged", Suggestion);
        }

        array.Position = 0;
        return array;
    }

    private static string List(ZipArchiveEntry[] arrays) =>
        string.Join(", ", arrays.Take(LongestList).Select(Name)) + (arrays.Length > LongestList ? ", ..." : "");

    private static string Name(ZipArchiveEntry entry) => entry.FullName[..^End.Length];
}
