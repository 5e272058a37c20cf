using System.IO.Compression;

namespace HadamardNtk;

/// <summary>A model as one stream: the files of its folder in a zip archive.</summary>
internal static class ModelStream
{
    /// <summary>Writes what an action saves to a folder.</summary>
    internal static void Write(Stream stream, Action<string> save) => InFolder(folder =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        save(folder);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            archive.CreateEntryFromFile(file, Path.GetFileName(file), CompressionLevel.Fastest);
        }

        return true;
    });

    /// <summary>Reads from a folder what a stream holds.</summary>
    /// <exception cref="DataFormatException">The stream holds no model.</exception>
    internal static T Read<T>(Stream stream, Func<string, T> load) => InFolder(folder =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            var names = ModelKind.All.SelectMany(kind => kind.Names).ToHashSet(StringComparer.Ordinal);
            foreach (var entry in archive.Entries)
            {
                // Only the names of a model's files are written, so that no entry leaves the folder.
                if (!names.Contains(entry.FullName))
                {
                    throw Bad($"a file {entry.FullName}", null);
                }

                entry.ExtractToFile(Path.Combine(folder, entry.FullName));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Bad(e.Message, e);
        }

        return load(folder);
    });

    private static T InFolder<T>(Func<string, T> act)
    {
        var folder = Directory.CreateTempSubdirectory("hntk-");
        try
        {
            return act(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DataFormatException Bad(string came, Exception? cause) => new(
        "the stream", "a model as Save writes it to a stream", came, "save the model again", cause);
}
