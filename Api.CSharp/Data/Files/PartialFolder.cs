namespace HadamardNtk;

/// <summary>A hidden folder that is filled, for nobody else to read, before its files go to their place.</summary>
internal sealed class PartialFolder
{
    private const int Attempts = 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly UnixFileMode _usual;
    private bool _over;

    /// <summary>Makes one beside a place, or in it where that is another volume or its parent may not be written.</summary>
    internal PartialFolder(string place)
    {
        Path = Make(place);
        if (!OperatingSystem.IsWindows())
        {
            _usual = File.GetUnixFileMode(Path);
            File.SetUnixFileMode(Path, OwnerOnly);
        }
    }

    /// <summary>Where it is.</summary>
    internal string Path { get; }

    /// <summary>Becomes the folder of a place where none is; false if there is one now.</summary>
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

    /// <summary>Takes over the modes and owners of the folder and files that are to be replaced.</summary>
    internal void TakeOver(string place)
    {
        foreach (var file in Directory.GetFiles(Path).Select(file => (New: file, Old: At(place, file))).Where(file => File.Exists(file.Old)))
        {
            Ownership.Copy(file.Old, file.New);
        }

        Ownership.Copy(place, Path);
    }

    /// <summary>Holds the old files now: these go, and whatever came to them at the last moment goes back.</summary>
    internal void Empty(IReadOnlyList<string> ours, string into)
    {
        _over = true;
        for (var attempt = 0; attempt < Attempts && Directory.Exists(Path); attempt++)
        {
            TryEmpty(ours, into);
        }
    }

    /// <summary>Moves its files into a folder, the first of ours last, and deletes those of ours that it has not.</summary>
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

    /// <summary>Deletes it with its files, unless it has become something else.</summary>
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
            // Something came to it meanwhile, or cannot go back; the new files are in place, whatever becomes of the old ones.
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
        || (FileStatus.Of(place) is { } own && FileStatus.Of(parent) is { } above && own.Identity.Volume != above.Identity.Volume);

    // Windows does not replace a file that somebody is just reading.
    private static void MoveFile(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception e) when (OperatingSystem.IsWindows() && attempt < Attempts && e is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private static string At(string folder, string file) => System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file));
}
