using System.Text.RegularExpressions;

namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>
/// The lines <c>#:package NAME@VERSION</c> and <c>#:project PATH</c> of a C# program that is one file. A package has to
/// be one of ours, and a project one of the checkout.
/// </summary>
internal static partial class Directives
{
    /// <summary>The lines of a program that have to stand before its first statement: directives and usings.</summary>
    internal static IEnumerable<string> AtTop(string text) => Top().Matches(text).Select(line => line.Value.TrimEnd());

    /// <summary>The program with empty lines in place of those.</summary>
    internal static string WithoutTop(string text) => Top().Replace(text, "");

    /// <summary>The packages that a program asks for; where it asks for none, all of ours.</summary>
    /// <param name="text">The program.</param>
    /// <param name="folder">The folder that paths of projects begin at.</param>
    internal static IReadOnlyList<string> Packages(string text, string folder)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries);
        var directives = lines.Where(line => line.StartsWith("#:", StringComparison.Ordinal));
        string[] found = [.. directives.Select(line => Read(line, folder)).OfType<string>()];
        return found.Length == 0 ? [.. Package.Names] : found;
    }

    [GeneratedRegex(@"^(#:.*|using (static )?[A-Za-z.]+( = [^;]+)?; *)$", RegexOptions.Multiline)]
    private static partial Regex Top();

    private static string? Read(string line, string folder) => line[2..].Split(' ', 2) switch
    {
        ["package", var package] => Known(package.Split('@')[0], line),
        ["project", var path] => Known(OfProject(Path.GetFullPath(path, folder), line), line),
        ["property", _] => null,
        _ => throw new ProgramException($"Expected '#:package NAME@VERSION' or '#:project PATH'; came '{line}'."),
    };

    private static string Known(string package, string line) => Package.Names.Contains(package)
        ? package
        : throw new ProgramException($"Expected one of {string.Join(", ", Package.Names)}; came '{line}'.");

    private static string OfProject(string path, string line)
    {
        if (!File.Exists(path)) throw new ProgramException($"Expected the path of a project; came '{line}'.");
        var name = File.ReadAllText(path).Split("<AssemblyName>", 2)[1];
        return name[..name.IndexOf('<', StringComparison.Ordinal)];
    }
}
