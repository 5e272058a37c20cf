namespace HadamardNtk;

/// <summary>The format of an output file, which its name states.</summary>
/// <param name="Suffix">The end of the name that states the format; empty where the format is npy by default.</param>
/// <param name="IsText">True for comma-separated text, false for npy.</param>
/// <param name="IsPacked">True for a gzipped file.</param>
internal sealed record ArrayFormat(string Suffix, bool IsText, bool IsPacked)
{
    private static readonly ArrayFormat[] Known =
    [
        new(".npy", false, false), new(".npy.gz", false, true), new(".csv", true, false), new(".csv.gz", true, true),
    ];

    // These endings belong to files that are renamed later, and state no format.
    private static readonly string[] Neutral = [".tmp", ".temp", ".new", ".old", ".bak", ".part", ".out"];

    /// <summary>Whether entries can be written in any order, each at its own position.</summary>
    internal bool IsByPosition => !IsText && !IsPacked;

    /// <summary>The format that a name states; npy where it states none.</summary>
    /// <exception cref="OutputException">The name states a format that cannot be written.</exception>
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
                OutputFault.CannotCreate, path,
                "a name that ends in .npy, .csv, .npy.gz or .csv.gz, the formats that are written",
                $"{MessageText.Quote(extension)}", "end it in one of these")
            : new(behind, false, false);
    }

    /// <summary>
    /// The name of a companion file: Y.std.csv beside Y.csv, with .npy added where Y states no format.
    /// </summary>
    internal static string Companion(string path, string what)
    {
        var format = Of(path);
        var (stem, suffix) = (path[..^format.Suffix.Length], format.Suffix);
        var isSaid = Array.Exists(Known, known => suffix.StartsWith(known.Suffix, StringComparison.OrdinalIgnoreCase));
        return $"{stem}.{what}{(isSaid ? "" : ".npy")}{suffix}";
    }

    /// <summary>The same for a companion of texts, which is comma-separated: Y.label.csv beside Y.npy.</summary>
    internal static string TextCompanion(string path, string what)
    {
        var format = Of(path);
        var stem = path[..^format.Suffix.Length];
        return format.IsText ? Companion(path, what) : $"{stem}.{what}.csv{(format.IsPacked ? ".gz" : "")}";
    }

    /// <summary>The same for a companion of more than two axes, which is npy: Y.samples.npy beside Y.csv.</summary>
    internal static string NpyCompanion(string path, string what) =>
        $"{path[..^Of(path).Suffix.Length]}.{what}.npy";

    private static (string Name, string Behind) WithoutNeutral(string name)
    {
        var end = Array.Find(Neutral, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) is { } found
            && name.Length > found.Length
            ? found.Length
            : 0;
        return (name[..^end], name[^end..]);
    }
}
