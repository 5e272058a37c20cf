using System.Text.RegularExpressions;

namespace HadamardNtk;

/// <summary>Names of studies, tables, charts and maps, which are names of files on every system.</summary>
internal static partial class StudyName
{
    /// <summary>Returns a name of the letters a to z, digits and hyphens.</summary>
    /// <exception cref="ArgumentException">It is empty or has other characters.</exception>
    internal static string Require(string name, string owner)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Safe().IsMatch(name)
            ? name
            : throw new ArgumentException(
                $"Expected a name of {owner} of the characters a-z, 0-9 and -, as files are named by it; "
                    + $"came '{name}'. Put other text into the title.",
                nameof(name));
    }

    [GeneratedRegex(@"\A[a-z0-9-]+\z")]
    private static partial Regex Safe();
}
