using System.Text.Json;

namespace HadamardNtk;

/// <summary>
/// The folder that a model is written to. A folder that exists must be empty or hold a model, which is replaced as a
/// whole. Files that do not belong to a model are never touched.
/// </summary>
internal static class ModelPlace
{
    // The manifest comes first, since a folder holds a model only if it holds a manifest.
    private static readonly string[] Ours = ["model.json", "samples.npy", "weights.npy", "mean.npy"];

    /// <summary>The paths of a model's files in a folder, whether the files exist or not.</summary>
    internal static IEnumerable<string> Files(string folder) => Ours.Select(name => Path.Combine(folder, name));

    /// <summary>Whether a folder holds a model.</summary>
    internal static bool IsModel(string folder) =>
        File.Exists(Path.Combine(folder, Ours[0])) && IsManifest(Path.Combine(folder, Ours[0]));

    /// <summary>Fails as saving would if the folder cannot be written. It leaves no files.</summary>
    internal static void RequireWritable(string folder) => WholeFolder.RequireWritable(Require(folder), Ours);

    /// <summary>Lets <paramref name="write"/> fill a temporary folder, then puts its files into place.</summary>
    /// <exception cref="OutputException">The folder cannot be written, or holds something else.</exception>
    internal static void WriteWhole(string folder, Action<string> write) =>
        WholeFolder.Replace(Require(folder), Ours, write);

    private static string Require(string folder)
    {
        var place = WholeFolder.PlaceOf(folder);
        if (File.Exists(place) || (Directory.Exists(place) && !IsEmptyOrModel(place)))
        {
            throw Cannot(folder, "a new or empty folder, or one that holds a model", "something else");
        }

        return place;
    }

    private static bool IsEmptyOrModel(string place)
    {
        var manifest = Path.Combine(place, Ours[0]);
        return File.Exists(manifest) ? IsManifest(manifest) : !Directory.EnumerateFileSystemEntries(place).Any();
    }

    private static bool IsManifest(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("Format", out var format)
                && format.ValueEquals("hntk-model");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static OutputException Cannot(string folder, string expected, string came) =>
        new(OutputFault.CannotCreate, folder, expected, came, "choose another folder");
}
