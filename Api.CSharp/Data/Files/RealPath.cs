namespace HadamardNtk;

/// <summary>Resolves every symbolic link in a path, also a link to a file that does not exist yet.</summary>
internal static class RealPath
{
    /// <summary>The number of links that the system follows in one path.</summary>
    private const int MostLinks = 40;

    /// <summary>The path without links. Parts that do not exist stay as they are written.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    internal static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var ahead = new Stack<string>(Parts(full[real.Length..]));
        for (var links = 0; ahead.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(real) ?? real : Path.Combine(real, part);
            if (part == ".." || LinkTarget(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException("a symbolic link that leads to itself");
            }

            real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
            Array.ForEach([.. Parts(target[(Path.IsPathRooted(target) ? real.Length : 0)..])], ahead.Push);
        }

        return real;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The parts of a path, the last one first.</summary>
    private static IEnumerable<string> Parts(string path) => path
        .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
        .Where(part => part != ".").Reverse();
}
