using System.Text.RegularExpressions;

namespace HadamardNtk;

/// <summary>
/// Turns the system's message about a library that it cannot load into one line, with a remedy where one is known.
/// </summary>
internal static partial class LoaderText
{
    /// <summary>Returns the line.</summary>
    /// <param name="path">The path of the library.</param>
    /// <param name="text">The system's message, of one or more lines.</param>
    internal static string Explain(string path, string text)
    {
        var missing = MissingVersion().Match(text);
        return !missing.Success ? $"'{path}' does not load: {Essence(text)}"
            : missing.Groups["name"].Value.StartsWith("GLIBC_", StringComparison.Ordinal)
                ? $"'{path}' needs {missing.Groups["name"].Value}, and the C library of this system is older: "
                    + "it takes a newer system"
                : $"'{path}' needs {missing.Groups["name"].Value}, and this system's libstdc++ is older: "
                    + "it takes that of GCC 13 or later, which "
                    + "Ubuntu 24.04 and Debian 13 have; name the folder of such a libstdc++.so.6 in LD_LIBRARY_PATH, "
                    + "or take a newer system";
    }

    // The first line is the runtime's: it names the library and gives advice. The system's lines follow, if there are
    // any.
    private static string Essence(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "the system does not say why" : lines[Math.Min(1, lines.Length - 1)];
    }

    [GeneratedRegex("version [`'](?<name>[A-Z]+_[0-9.]+)' not found")]
    private static partial Regex MissingVersion();
}
