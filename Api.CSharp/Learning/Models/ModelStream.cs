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
    /// <param name="stream">The stream.</param>
    /// <param name="watch">The listener, and the token that stops the work.</param>
    /// <param name="save">Saves to a folder with a listener and a token.</param>
    internal static void Write(Stream stream, Watch watch, Action<string, Watch> save) => InFolder((folder, archive) =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        save(folder, watch.Stage(0, 0.4));
        Pack(folder, archive, watch.Stage(0.4, 0.9));
        using var made = File.OpenRead(archive);
        WatchedStream.Copy(made, stream, made.Length, watch.Stage(0.9, 1));
        return true;
    });

    private static void Pack(string folder, string path, Watch watch)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        var files = new DirectoryInfo(folder).GetFiles();
        var (all, before) = (Math.Max(1, files.Sum(file => (double)file.Length)), 0.0);
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var entry = archive.CreateEntry(file.Name, CompressionLevel.Fastest);
            entry.LastWriteTime = file.LastWriteTime;
            using var from = file.OpenRead();
            using var to = entry.Open();
            WatchedStream.Copy(from, to, file.Length, watch.Stage(before / all, (before += file.Length) / all));
        }
    }

    /// <summary>Reads from a folder what a stream holds.</summary>
    /// <exception cref="DataFormatException">
    /// The stream holds no model, or one that does not fit onto the disk of temporary files.
    /// </exception>
    internal static T Read<T>(Stream stream, Watch watch, Func<string, Watch, T> load) => InFolder((folder, archive) =>
    {
        ArgumentNullException.ThrowIfNull(stream);
        using (var copy = File.Create(archive))
        {
            WatchedStream.Copy(stream, copy, long.MaxValue, watch with { Progress = null });
        }

        Extract(archive, folder, watch.Stage(0, 0.5));
        try
        {
            return load(folder, watch.Stage(0.5, 1));
        }
        catch (DataFormatException e) when (e.File.StartsWith(folder, StringComparison.Ordinal))
        {
            throw new DataFormatException(
                $"the stream's {Path.GetFileName(e.File)}", e.Expected, e.Actual, e.Suggestion, e);
        }
    });

    // Only the names of a model's files are written, each once, so that no entry leaves the folder.
    private static void Extract(string path, string folder, Watch watch)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var left = ModelKind.All.SelectMany(kind => kind.Names).ToHashSet(StringComparer.Ordinal);
            var room = new DriveInfo(folder).AvailableFreeSpace;
            var (all, before) = (Math.Max(1, archive.Entries.Sum(entry => (double)entry.Length)), 0.0);
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

                using var from = entry.Open();
                using var to = File.Create(Path.Combine(folder, entry.FullName));
                WatchedStream.Copy(from, to, entry.Length, watch.Stage(before / all, (before += entry.Length) / all));
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
