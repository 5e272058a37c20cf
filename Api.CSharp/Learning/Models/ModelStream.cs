using System.IO.Compression;

namespace HadamardNtk;

/// <summary>
/// A model as one stream: the files of its folder in a zip archive, from the stream's position to its end. The archive
/// is made and read as a temporary file, so that a stream need not seek.
/// </summary>
internal static class ModelStream
{
    private const string ArchiveName = "model.zip";
    private const string Mend = "save the model again, to a stream of its own";

    // The part of the work that is done when the archive is there and only has to be copied.
    private const double PackedPart = 0.9;
    private const int BufferSize = 1 << 20;

    /// <summary>Writes what an action saves to a folder.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="watch">The listener, and the token that stops the work.</param>
    /// <param name="save">Saves to a folder with a listener and a token.</param>
    internal static void Write(Stream stream, Watch watch, Action<string, Watch> save)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var place = new Place();
        Pack(place, watch.Stage(0, PackedPart), save);
        using var made = File.OpenRead(place.Archive);
        WatchedStream.Copy(made, stream, made.Length, watch.Stage(PackedPart, 1));
    }

    /// <summary>Writes what an action saves to a folder. The model is packed before the stream is awaited.</summary>
    /// <inheritdoc cref="Write"/>
    internal static Task WriteAsync(Stream stream, Watch watch, Action<string, Watch> save)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Run();

        async Task Run()
        {
            using var place = new Place();
            Pack(place, watch.Stage(0, PackedPart), save);
            var made = Open(place.Archive, FileMode.Open, FileAccess.Read);
            await using var closed = made.ConfigureAwait(false);
            await WatchedStream.CopyAsync(made, stream, made.Length, watch.Stage(PackedPart, 1)).ConfigureAwait(false);
        }
    }

    /// <summary>Reads from a folder what a stream holds.</summary>
    /// <exception cref="DataFormatException">
    /// The stream holds no model, or one that does not fit onto the disk of temporary files.
    /// </exception>
    internal static T Read<T>(Stream stream, Watch watch, Func<string, Watch, T> load)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var place = new Place();
        using (var copy = File.Create(place.Archive))
        {
            WatchedStream.Copy(stream, copy, long.MaxValue, watch with { Progress = null });
        }

        return Read(place, watch, load);
    }

    /// <summary>
    /// Reads from a folder what a stream holds. The model is unpacked when the stream has been awaited.
    /// </summary>
    /// <inheritdoc cref="Read{T}(Stream, Watch, Func{string, Watch, T})"/>
    internal static Task<T> ReadAsync<T>(Stream stream, Watch watch, Func<string, Watch, T> load)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Run();

        async Task<T> Run()
        {
            using var place = new Place();
            var copy = Open(place.Archive, FileMode.Create, FileAccess.Write);
            await using (copy.ConfigureAwait(false))
            {
                await WatchedStream.CopyAsync(stream, copy, long.MaxValue, watch with { Progress = null })
                    .ConfigureAwait(false);
            }

            return Read(place, watch, load);
        }
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access) =>
        new(path, mode, access, FileShare.None, BufferSize, FileOptions.Asynchronous);

    private static T Read<T>(Place place, Watch watch, Func<string, Watch, T> load)
    {
        Extract(place.Archive, place.Folder, watch.Stage(0, 0.5));
        try
        {
            return load(place.Folder, watch.Stage(0.5, 1));
        }
        catch (DataFormatException e) when (e.File.StartsWith(place.Folder, StringComparison.Ordinal))
        {
            throw new DataFormatException(
                $"the stream's {Path.GetFileName(e.File)}", e.Expected, e.Actual, e.Suggestion, e);
        }
    }

    private static void Pack(Place place, Watch watch, Action<string, Watch> save)
    {
        save(place.Folder, watch.Stage(0, 0.45));
        Pack(place.Folder, place.Archive, watch.Stage(0.45, 1));
    }

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

    private static DataFormatException Bad(string came, Exception? cause) => new(
        "the stream", "a model as Save writes it to a stream, and nothing behind it", came, Mend, cause);

    /// <summary>A temporary folder for a model and its archive.</summary>
    private sealed class Place : IDisposable
    {
        private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("hntk-");

        internal Place() => Folder = _place.CreateSubdirectory("model").FullName;

        internal string Folder { get; }

        internal string Archive => Path.Combine(_place.FullName, ArchiveName);

        public void Dispose() => _place.Delete(recursive: true);
    }
}
