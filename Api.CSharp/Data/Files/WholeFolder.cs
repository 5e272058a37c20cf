namespace HadamardNtk;

/// <summary>
/// Replaces a folder of files that belong together all at once. The files are written to a hidden folder, which takes
/// the place of the old one when it is complete. If several processes write, the folder has all files of the last one.
/// </summary>
/// <remarks>
/// If the old folder has no other files, Linux and macOS exchange the two folders in one step, so that a complete
/// folder exists at every moment, even if the process is killed or power is lost. On other systems, in a folder with
/// other files, which stay there, or in the current folder, the files are renamed one by one under a lock, the first of
/// the names last. A reader that also takes the lock sees a complete folder.
/// </remarks>
internal static class WholeFolder
{
    private const int Attempts = 100;

    /// <summary>The path of a folder without links; its parent must exist.</summary>
    /// <exception cref="OutputException">No folder can be created at the path.</exception>
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

    /// <summary>Fails like <see cref="Replace"/> if the folder cannot be replaced, and leaves nothing.</summary>
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

    /// <summary>Creates a folder for files that are written one by one.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="OutputException">It cannot be created.</exception>
    internal static bool Create(string place) => Guarded(place, () =>
    {
        var isNew = !Directory.Exists(place);
        Directory.CreateDirectory(place);
        return isNew;
    });

    /// <summary>Deletes a folder unless other processes have put files into it.</summary>
    internal static void DeleteEmpty(string place)
    {
        try
        {
            Directory.Delete(place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Lets an action write a new folder, and puts it into place.</summary>
    /// <param name="place">The path of the folder.</param>
    /// <param name="ours">The names of the files that are replaced or deleted; other files stay.</param>
    /// <param name="write">Writes some of these files to the folder of the given path.</param>
    /// <exception cref="OutputException">
    /// The folder cannot be written. It is unchanged, unless its files are renamed one by one and one of them cannot
    /// be.
    /// </exception>
    internal static void Replace(string place, IReadOnlyList<string> ours, Action<string> write)
    {
        RequireWritable(place, ours);
        Guarded(place, () =>
        {
            var partial = new PartialFolder(place);
            try
            {
                Write(partial.Path, place, write);
                MoveIn(partial, place, ours);
            }
            finally
            {
                partial.Delete();
            }

            return true;
        });
    }

    // The folder that is written has a hidden name, which the user does not know.
    private static void Write(string hidden, string place, Action<string> write)
    {
        try
        {
            write(hidden);
        }
        catch (OutputException e) when (IsIn(hidden, e.File))
        {
            throw new OutputException(
                OutputFault.WriteFailed, Path.Combine(place, Path.GetRelativePath(hidden, e.File)), e.Expected,
                e.Actual, e.Suggestion, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not OutputException))
        {
            throw new OutputException(
                OutputFault.WriteFailed, place, "room for all files of the folder", MessageText.Reason(e),
                "free some space, or choose another folder", e);
        }
    }

    private static bool IsIn(string folder, string file) =>
        file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

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
            if (HoldsOnly(place, ours)
                && !FileStatus.AreSame(place, Environment.CurrentDirectory)
                && FolderExchange.Try(partial.Path, place))
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

    private static bool IsThere(string path) =>
        File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    // Replacing a link would leave the file that it leads to unchanged.
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
            throw Cannot(place, "a folder that can be written", MessageText.Reason(e), e);
        }
    }

    private static OutputException Cannot(string folder, string expected, string came, Exception? cause = null) =>
        new(OutputFault.CannotCreate, folder, expected, came, "choose another folder", cause);
}
