namespace HadamardNtk;

/// <summary>
/// A hidden folder, readable by its owner alone, in which files are written before they go to their place.
/// </summary>
internal sealed class PartialFolder
{
    private const int Attempts = 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly UnixFileMode _usual;
    private bool _over;

    /// <summary>
    /// Creates the folder beside a place, or inside it where the place is a volume of its own or its parent may not be
    /// written.
    /// </summary>
    internal PartialFolder(string place)
    {
        Path = Make(place);
        if (!OperatingSystem.IsWindows())
        {
            _usual = File.GetUnixFileMode(Path);
            File.SetUnixFileMode(Path, OwnerOnly);
        }
    }

    /// <summary>The path of the hidden folder.</summary>
    internal string Path { get; }

    /// <summary>Moves the hidden folder to a place without a folder; returns false if there is one now.</summary>
    internal bool TryBecome(string place)
    {
        try
        {
            SetMode(_usual);
            Directory.Move(Path, place);
            return _over = true;
        }
        catch (IOException) when (Directory.Exists(place))
        {
            return false;
        }
    }

    /// <summary>Takes over the modes and owners of the folder and the files that will be replaced.</summary>
    internal void TakeOver(string place)
    {
        foreach (var file in Directory.GetFiles(Path)
            .Select(file => (New: file, Old: At(place, file)))
            .Where(file => File.Exists(file.Old)))
        {
            Ownership.Copy(file.Old, file.New);
        }

        Ownership.Copy(place, Path);
    }

    /// <summary>
    /// After an exchange the hidden folder holds the old files. This method deletes them, and moves files that were
    /// added in the meantime to the new folder.
    /// </summary>
    internal void Empty(IReadOnlyList<string> ours, string into)
    {
        _over = true;
        for (var attempt = 0; attempt < Attempts && Directory.Exists(Path); attempt++)
        {
            TryEmpty(ours, into);
        }
    }

    /// <summary>
    /// Moves the files into a folder, the first of <c>ours</c> last, and deletes those of <c>ours</c> there that the
    /// hidden folder does not have.
    /// </summary>
    internal void MoveFiles(string place, IReadOnlyList<string> ours)
    {
        SetMode(OwnerOnly);
        var stale = ours.Where(name => !File.Exists(At(Path, name))).ToArray();
        foreach (var name in ours.Reverse().Except(stale))
        {
            MoveFile(At(Path, name), At(place, name));
        }

        Array.ForEach(stale, name => File.Delete(At(place, name)));
    }

    /// <summary>Deletes the hidden folder and its files, unless it was moved or exchanged.</summary>
    internal void Delete()
    {
        if (!_over && Directory.Exists(Path))
        {
            SetMode(OwnerOnly);
            Directory.Delete(Path, recursive: true);
        }
    }

    private void TryEmpty(IReadOnlyList<string> ours, string into)
    {
        try
        {
            SetMode(OwnerOnly);
            foreach (var name in ours)
            {
                File.Delete(At(Path, name));
            }

            Array.ForEach(Directory.GetFileSystemEntries(Path), entry => Directory.Move(entry, At(into, entry)));
            Directory.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file was added meanwhile, or could not be moved. The new files are in place all the same.
        }
    }

    private void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, mode);
        }
    }

    private static string Make(string place)
    {
        var name = $".{System.IO.Path.GetFileName(place)}.{Guid.NewGuid():N}.partial";
        var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(place) ?? place, name);
        var inside = System.IO.Path.Combine(place, name);
        if (IsVolume(place))
        {
            return Directory.CreateDirectory(inside).FullName;
        }

        try
        {
            return Directory.CreateDirectory(beside).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Directory.Exists(place))
        {
            return Directory.CreateDirectory(inside).FullName;
        }
    }

    private static bool IsVolume(string place) =>
        System.IO.Path.GetDirectoryName(place) is not { } parent
        || (FileStatus.Of(place) is { } own && FileStatus.Of(parent) is { } above
            && own.Identity.Volume != above.Identity.Volume);

    // Windows does not replace a file while another process reads it.
    private static void MoveFile(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception e) when (OperatingSystem.IsWindows() && attempt < Attempts
                && e is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private static string At(string folder, string file) =>
        System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file));
}
