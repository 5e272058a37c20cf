using System.Text.Json;

namespace HadamardNtk;

/// <summary>
/// The folder that a model is written to. A folder that exists must be empty or hold a model, of any kind, which is
/// replaced as a whole. Files that do not belong to a model are never touched.
/// </summary>
internal static class ModelPlace
{
    /// <summary>
    /// The paths of the files of a model of one kind in a folder, and of the model that the folder holds, whether the
    /// files exist or not.
    /// </summary>
    internal static IEnumerable<string> Files(string folder, ModelKind? kind = null) =>
        Names(folder, kind ?? ModelKind.Kernel).Select(name => Path.Combine(folder, name));

    /// <summary>The kind of the model that a folder holds; null if it holds none.</summary>
    internal static ModelKind? KindOf(string folder)
    {
        var path = Path.Combine(folder, ModelKind.Manifest);
        var format = File.Exists(path) ? FormatOf(path) : null;
        return ModelKind.All.FirstOrDefault(kind => kind.Format == format);
    }

    /// <summary>Fails as saving would if the folder cannot be written. It leaves no files.</summary>
    internal static void RequireWritable(string folder, ModelKind kind)
    {
        var place = Require(folder);
        WholeFolder.RequireWritable(place, Names(place, kind));
    }

    /// <summary>Lets <paramref name="write"/> fill a temporary folder, then puts its files into place.</summary>
    /// <exception cref="OutputException">The folder cannot be written, or holds something else.</exception>
    internal static void WriteWhole(string folder, ModelKind kind, Action<string> write)
    {
        var place = Require(folder);
        WholeFolder.Replace(place, Names(place, kind), write);
    }

    /// <summary>
    /// Reads a model. Files that do not fit together may belong to a model that is being replaced. They are read again
    /// once the folder's lock is free.
    /// </summary>
    internal static T Read<T>(string folder, Watch watch, Func<string, Watch, T> read)
    {
        var rising = new RisingProgress(watch.Progress);
        var model = Twice(folder, place => read(place, watch with
        {
            Progress = watch.Progress is null ? null : new DirectProgress(part => rising.Report(part, isOver: false)),
        }));
        rising.Report(1, isOver: true);
        return model;
    }

    private static T Twice<T>(string folder, Func<string, T> read)
    {
        try
        {
            return read(folder);
        }
        catch (DataFormatException) when (Directory.Exists(folder))
        {
            using var taken = DataSource.Guard(folder, () => FolderLock.Take(RealPath.Of(folder)));
            return read(folder);
        }
    }

    private static string Require(string folder)
    {
        var place = WholeFolder.PlaceOf(folder);
        if (File.Exists(place) || (Directory.Exists(place) && !IsEmptyOrModel(place)))
        {
            throw Cannot(folder, "a new or empty folder, or one that holds a model", "something else");
        }

        return place;
    }

    // The files of a model of another kind are replaced too.
    private static string[] Names(string folder, ModelKind kind) => [.. kind.Names.Union(KindOf(folder)?.Names ?? [])];

    private static bool IsEmptyOrModel(string place) =>
        KindOf(place) is not null || !Directory.EnumerateFileSystemEntries(place).Any();

    private static string? FormatOf(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("Format", out var format)
                && format.ValueKind == JsonValueKind.String
                    ? format.GetString()
                    : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static OutputException Cannot(string folder, string expected, string came) =>
        new(OutputFault.CannotCreate, folder, expected, came, "choose another folder");
}
