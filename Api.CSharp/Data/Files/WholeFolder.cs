namespace HadamardNtk;

/// <summary>
/// A folder of files that belong together, replaced all at once: they are written into a hidden folder beside it, which takes its place
/// when they are all there. Of several processes the last one wins, whole.
/// </summary>
/// <remarks>
/// Where the folder holds nothing else, Linux and macOS exchange the two in one step: there is no moment without a whole one, not even
/// for a kill or a loss of power. Elsewhere, where it holds other files too, which stay where they are, or where it is the folder one
/// stands in, files are renamed one by one under a lock, the first of the names last; a reader that takes the lock too sees them whole.
/// </remarks>
internal static class WholeFolder
{
    private const int Attempts = 100;

    /// <summary>Where a folder is, links followed, in a folder that exists.</summary>
    /// <exception cref="OutputException">No folder can be there.</exception>
    internal static string PlaceOf(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0'))
        {
            throw Cannot(string.IsNullOrWhiteSpace(folder) ? "(no name)" : folder, "the name of a folder", "none");
        }

        var place = Guarded(folder, () => Path.TrimEndingDirectorySeparator(RealPath.Of(folder)));
        return Path.GetDirectoryName(place) is { } parent && !Directory.Exists(parent)
            ? throw Cannot(folder, "a folder that exists to put it into", $"no folder {parent}")
            : place;
    }

    /// <summary>Fails as replacing would if it cannot be done, and leaves nothing.</summary>
    /// <exception cref="OutputException">The folder, or one of the files in it, cannot be written.</exception>
    internal static void RequireWritable(string place, IReadOnlyList<string> ours)
    {
        if (Directory.Exists(place))
        {
            NpyFile.RequireWritable(Path.Combine(place, $".hntk-{Guid.NewGuid():N}"));
            foreach (var file in ours.Select(name => Path.Combine(place, name)).Where(IsThere))
            {
                RequireOwn(file);
            }
        }

        Guarded(place, () =>
        {
            new PartialFolder(place).Delete();
            return true;
        });
    }

    /// <summary>Lets an action fill a new folder with some of our files, then puts it into place.</summary>
    /// <param name="place">Where it goes.</param>
    /// <param name="ours">The names that are replaced or deleted; what else is there stays.</param>
    /// <param name="write">Writes them, told where.</param>
    /// <exception cref="OutputException">The folder cannot be written; then it is as it was.</exception>
    internal static void Replace(string place, IReadOnlyList<string> ours, Action<string> write)
    {
        RequireWritable(place, ours);
        Guarded(place, () =>
        {
            var partial = new PartialFolder(place);
            try
            {
                write(partial.Path);
                MoveIn(partial, place, ours);
            }
            finally
            {
                partial.Delete();
            }

            return true;
        });
    }

    private static void MoveIn(PartialFolder partial, string place, IReadOnlyList<string> ours)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (!Directory.Exists(place))
            {
                if (partial.TryBecome(place)) return;
                continue;
            }

            using var taken = FolderLock.Take(place);
            if (!Directory.Exists(place)) continue;
            partial.TakeOver(place);
            if (HoldsOnly(place, ours) && !FileStatus.AreSame(place, Environment.CurrentDirectory) && FolderExchange.Try(partial.Path, place))
            {
                partial.Empty(ours, into: place);
                return;
            }

            partial.MoveFiles(place, ours);
            return;
        }

        throw new IOException("it comes and goes");
    }

    private static bool HoldsOnly(string place, IReadOnlyList<string> ours) =>
        Directory.EnumerateFileSystemEntries(place).All(entry => ours.Contains(Path.GetFileName(entry)));

    private static bool IsThere(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    // A link would be replaced, and what it leads to left as it was.
    private static void RequireOwn(string file)
    {
        _ = OutputPlace.Of(file);
        if (new FileInfo(file).LinkTarget is not null)
        {
            throw Cannot(file, "a file of its own in a folder of results", "a symbolic link");
        }
    }

    private static T Guarded<T>(string place, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not OutputException))
        {
            throw Cannot(place, "a folder that can be written", OneLine.Reason(e));
        }
    }

    private static OutputException Cannot(string folder, string expected, string came) =>
        new(OutputFault.CannotCreate, folder, expected, came, "choose another folder");
}
