namespace HadamardNtk;

/// <summary>The format of a file that is written: what its name says.</summary>
/// <param name="Suffix">How the name ends, as it is written in it; empty for npy without saying so.</param>
/// <param name="IsText">Comma-separated text; else npy.</param>
/// <param name="IsPacked">Gzipped.</param>
internal sealed record ArrayFormat(string Suffix, bool IsText, bool IsPacked)
{
    private static readonly ArrayFormat[] Known =
    [
        new(".npy", false, false), new(".npy.gz", false, true), new(".csv", true, false), new(".csv.gz", true, true),
    ];

    // Ends that say nothing of the contents, of files that are renamed later.
    private static readonly string[] Neutral = [".tmp", ".temp", ".new", ".old", ".bak", ".part", ".out"];

    /// <summary>Whether bytes can be written where they belong, before those that stand ahead of them.</summary>
    internal bool IsByPosition => !IsText && !IsPacked;

    /// <summary>The format of a name; npy where the name ends in none.</summary>
    /// <exception cref="OutputException">It ends in one that is not written.</exception>
    internal static ArrayFormat Of(string path)
    {
        var name = Path.GetFileName(path).TrimStart('.');
        var (plain, behind) = WithoutNeutral(name);
        if (Array.Find(Known, format => plain.EndsWith(format.Suffix, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known with { Suffix = plain[^known.Suffix.Length..] + behind };
        }

        // A dot before a digit is part of a name, as in "K-v1.2".
        var extension = Path.GetExtension(plain);
        return extension.Length > 1 && char.IsLetter(extension[1])
            ? throw new OutputException(
                OutputFault.CannotCreate, path, "a name that ends in .npy, .csv, .npy.gz or .csv.gz, the formats that are written",
                $"{OneLine.Quote(extension)}", "end it in one of these")
            : new(behind, false, false);
    }

    /// <summary>The name of a companion: Y.std.csv beside Y.csv, and npy where the name does not say.</summary>
    internal static string Companion(string path, string what)
    {
        var format = Of(path);
        var (stem, suffix) = (path[..^format.Suffix.Length], format.Suffix);
        var isSaid = Array.Exists(Known, known => suffix.StartsWith(known.Suffix, StringComparison.OrdinalIgnoreCase));
        return $"{stem}.{what}{(isSaid ? "" : ".npy")}{suffix}";
    }

    private static (string Name, string Behind) WithoutNeutral(string name)
    {
        var end = Array.Find(Neutral, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) is { } found && name.Length > found.Length
            ? found.Length
            : 0;
        return (name[..^end], name[^end..]);
    }
}
