using System.Text.RegularExpressions;

namespace HadamardNtk;

/// <summary>What the system says of a library that it cannot load, in one line, and what to do where that is known.</summary>
internal static partial class LoaderText
{
    /// <summary>The line.</summary>
    /// <param name="path">The library.</param>
    /// <param name="text">What the system said, on one line or on several.</param>
    internal static string Explain(string path, string text)
    {
        var missing = MissingVersion().Match(text);
        return !missing.Success ? $"'{path}' does not load: {Essence(text)}"
            : missing.Groups["name"].Value.StartsWith("GLIBC_", StringComparison.Ordinal)
                ? $"'{path}' needs {missing.Groups["name"].Value}, and the C library of this system is older: it takes a newer system"
                : $"'{path}' needs {missing.Groups["name"].Value}, and this system's libstdc++ is older: it takes that of GCC 13 or later, which "
                    + "Ubuntu 24.04 and Debian 13 have; name the folder of such a libstdc++.so.6 in LD_LIBRARY_PATH, or take a newer system";
    }

    // The runtime's own first line names the library and gives advice; the system's follow, if it has any.
    private static string Essence(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "the system does not say why" : lines[Math.Min(1, lines.Length - 1)];
    }

    [GeneratedRegex("version [`'](?<name>[A-Z]+_[0-9.]+)' not found")]
    private static partial Regex MissingVersion();
}
