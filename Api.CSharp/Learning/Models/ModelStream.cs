using System.IO.Compression;

namespace HadamardNtk;

/// <summary>
/// A model as one stream: the files of its folder in a zip archive, from the stream's position to its end. The archive
/// is made and read as a temporary file, so that a stream need not seek.
/// </summary>
internal static class ModelStream
{
    private const string Archive = "model.zip";
    private const string Mend = "save the model again, to a stream of its own";

    /// <summary>Writes what an action saves to a folder.</summary>
    internal static void Write(Stream stream, Action<string> save) => InFolder((folder, archive) =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        save(folder);
        ZipFile.CreateFromDirectory(folder, archive, CompressionLevel.Fastest, includeBaseDirectory: false);
        using var made = File.OpenRead(archive);
        made.CopyTo(stream);
        return true;
    });

    /// <summary>Reads from a folder what a stream holds.</summary>
    /// <exception cref="DataFormatException">
    /// The stream holds no model, or one that does not fit onto the disk of temporary files.
    /// </exception>
    internal static T Read<T>(Stream stream, Func<string, T> load) => InFolder((folder, archive) =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        using (var copy = File.Create(archive))
        {
            stream.CopyTo(copy);
        }

        Extract(archive, folder);
        try
        {
            return load(folder);
        }
        catch (DataFormatException e) when (e.File.StartsWith(folder, StringComparison.Ordinal))
        {
            throw new DataFormatException(
                $"the stream's {Path.GetFileName(e.File)}", e.Expected, e.Actual, e.Suggestion, e);
        }
    });

    // Only the names of a model's files are written, each once, so that no entry leaves the folder.
    private static void Extract(string path, string folder)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var left = ModelKind.All.SelectMany(kind => kind.Names).ToHashSet(StringComparer.Ordinal);
            var room = new DriveInfo(folder).AvailableFreeSpace;
            foreach (var entry in archive.Entries)
            {
                room -= entry.Length;
                if (!left.Remove(entry.FullName))
                {
                    throw Bad($"a file {MessageText.Quote(entry.FullName)}", null);
                }

                if (room < 0)
                {
                    throw new DataFormatException(
                        "the stream", "a model that fits onto the disk of temporary files", "a larger one",
                        "free some of it, or name a larger one by TMPDIR");
                }

                entry.ExtractToFile(Path.Combine(folder, entry.FullName));
            }
        }
        catch (InvalidDataException e)
        {
            throw Bad(e.Message, e);
        }
    }

    private static T InFolder<T>(Func<string, string, T> act)
    {
        var place = Directory.CreateTempSubdirectory("hntk-");
        try
        {
            return act(place.CreateSubdirectory("model").FullName, Path.Combine(place.FullName, Archive));
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static DataFormatException Bad(string came, Exception? cause) => new(
        "the stream", "a model as Save writes it to a stream, and nothing behind it", came, Mend, cause);
}
