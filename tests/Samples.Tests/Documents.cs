using System.Text.RegularExpressions;
using HadamardNtk.Samples.Tests.Programs;

namespace HadamardNtk.Samples.Tests;

/// <summary>A block of a page with what the comment above it says.</summary>
internal sealed record DocumentBlock(CodeBlock Code, string? Quoted, bool BeginsProgram);

/// <summary>The pages of the checkout, by their places with '/'.</summary>
internal static partial class Documents
{
    /// <summary>All pages that are written by hand or made for readers: those of the root, of docs and beside code.</summary>
    internal static IReadOnlyList<string> All { get; } = [.. Find().Order(StringComparer.Ordinal)];

    /// <summary>The text of a page.</summary>
    internal static string Text(string page) => File.ReadAllText(Repository.Place(page.Split('/')));

    /// <summary>The blocks of code of a page.</summary>
    internal static IEnumerable<DocumentBlock> Blocks(string page)
    {
        var lines = Text(page).Split('\n');
        foreach (var block in MarkdownCode.Blocks(Text(page)))
        {
            // The text begins two lines below the comment, at a line that is counted from 1.
            var above = block.Line >= 3 ? lines[block.Line - 3] : "";
            var quotes = Quotes().Match(above);
            yield return new(block, quotes.Success ? quotes.Groups[1].Value : null, above == "<!-- new program -->");
        }
    }

    private static IEnumerable<string> Find()
    {
        var folders = new[] { "docs", "bench", "samples", "tests" }.Select(name => Repository.Place(name)).Where(Directory.Exists);
        return folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Place(), "*.md"))
            .Select(path => Path.GetRelativePath(Repository.Place(), path).Replace('\\', '/'))
            .Where(page => !Ignored().IsMatch(page));
    }

    [GeneratedRegex(@"^<!-- quotes: (\S+) -->$")]
    private static partial Regex Quotes();

    [GeneratedRegex("(^|/)(bin|obj|_site|api|node_modules|TestResults)/|^bench/results/")]
    private static partial Regex Ignored();
}
