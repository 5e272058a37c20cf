using System.Text.Json;

namespace HadamardNtk;

/// <summary>
/// The folder that a model is put into: filled under a temporary name beside it, then moved in file by file when all are
/// there. A folder that is already there must be empty or hold a model; files that are not a model's are never touched.
/// </summary>
internal static class ModelPlace
{
    private static readonly string[] Ours = ["model.json", "samples.npy", "weights.npy", "mean.npy"];

    /// <summary>Whether a model may have a file of that name.</summary>
    internal static bool IsOurs(string name) => Ours.Contains(name);

    /// <summary>Fails as saving would if the folder cannot be written, and leaves nothing.</summary>
    internal static void RequireWritable(string folder)
    {
        var place = Require(folder);
        Guarded(place, () => Directory.Delete(NewPartial(place)));
    }

    /// <summary>Lets <paramref name="write"/> fill a temporary folder, then puts its files into place.</summary>
    /// <exception cref="OutputException">The folder cannot be written, or holds something else.</exception>
    internal static void WriteWhole(string folder, Action<string> write)
    {
        var place = Require(folder);
        Guarded(place, () =>
        {
            var partial = NewPartial(place);
            try
            {
                write(partial);
                MoveIn(partial, place);
            }
            finally
            {
                if (Directory.Exists(partial))
                {
                    Directory.Delete(partial, recursive: true);
                }
            }
        });
    }

    // The manifest goes first and comes last: between the two the folder is no model, and says so.
    private static void MoveIn(string partial, string place)
    {
        if (!Directory.Exists(place))
        {
            Directory.Move(partial, place);
            return;
        }

        foreach (var name in Ours)
        {
            File.Delete(Path.Combine(place, name));
        }

        foreach (var name in Ours.Reverse().Where(name => File.Exists(Path.Combine(partial, name))))
        {
            File.Move(Path.Combine(partial, name), Path.Combine(place, name));
        }
    }

    private static string NewPartial(string place)
    {
        var partial = Path.Combine(Path.GetDirectoryName(place) ?? place, $".{Path.GetFileName(place)}.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(partial);
        return partial;
    }

    private static string Require(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder))
        {
            throw Cannot("(no name)", "the name of a folder", "none");
        }

        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parent = Path.GetDirectoryName(place);
        if (parent is not null && !Directory.Exists(parent))
        {
            throw Cannot(folder, "a folder that exists to put it into", $"no folder {parent}");
        }

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
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Guarded(string place, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not OutputException))
        {
            throw Cannot(place, "a folder that can be written", e.Message.TrimEnd('.'));
        }
    }

    private static OutputException Cannot(string folder, string expected, string came) =>
        new(OutputFault.CannotCreate, folder, expected, came, "choose another folder");
}
