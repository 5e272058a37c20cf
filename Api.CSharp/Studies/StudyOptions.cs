namespace HadamardNtk;

/// <summary>Checks of the options of studies.</summary>
internal static class StudyOptions
{
    /// <summary>Fails unless a condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="expected">What was expected, and what came.</param>
    /// <exception cref="ArgumentException">It does not hold.</exception>
    internal static void Require(bool holds, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException($"Expected {expected}, for this study.", "options");
        }
    }

    /// <summary>Fails unless there are networks, of different names.</summary>
    /// <exception cref="ArgumentException">There are none, or two have one name.</exception>
    internal static void RequireNames(IReadOnlyList<StudyNetwork> networks)
    {
        Require(networks is { Count: > 0 }, "at least one network");
        RequireDifferent(networks.Select(network => network.Name), "networks of different names");
    }

    /// <summary>Fails if two of several names are the same in the names of files.</summary>
    /// <param name="names">The names.</param>
    /// <param name="expected">What was expected.</param>
    /// <exception cref="ArgumentException">Two are the same.</exception>
    internal static void RequireFileNames(IEnumerable<string> names, string expected) => RequireDifferent(
        names.Select(FileName), $"{expected}, also in files, where letters are small and others but digits are hyphens");

    private static void RequireDifferent(IEnumerable<string> names, string expected)
    {
        if (names.CountBy(name => name).FirstOrDefault(name => name.Value > 1) is { Key: { } twice })
        {
            Require(false, $"{expected}; came {twice} twice");
        }
    }

    /// <summary>A name for files: lower-case letters, digits and hyphens.</summary>
    internal static string FileName(string name) => string.Concat(
        name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
