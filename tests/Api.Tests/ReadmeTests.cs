using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What the README and the pages quote is what the tests run, and what was measured.</summary>
public partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md", "csharp", "tests/Api.Tests/ReadmeExample.cs")]
    [InlineData("docs/gpu.md", "csharp", "tests/Torch.Tests/Modules/ReadmeTorchExample.cs")]
    [InlineData("docs/finite-networks.md", "csharp", "tests/Torch.Tests/Networks/ReadmeTrainingExample.cs")]
    [InlineData("docs/bottlenecks.md", "csharp", "tests/Api.Tests/ReadmeBottleneckExample.cs")]
    [InlineData("docs/performance.md", "csharp", "tests/Api.Tests/ReadmeLargeExample.cs")]
    [InlineData("docs/fsharp.md", "fsharp", "tests/Core.Spec/ReadmeExample.fs")]
    public void The_page_quotes_the_program_that_is_tested(string page, string language, string file)
    {
        var program = Between(File.ReadAllText(Repository.Place(file)), "// <readme>\n", "// </readme>");
        Assert.Contains(Dedent(program), Blocks(page, language).Select(Statements));
    }

    [Fact]
    public void The_README_is_a_page_of_150_lines() =>
        Assert.InRange(File.ReadAllLines(Repository.Place("README.md")).Length, 1, 150);

    [Fact]
    public void The_networks_of_the_README_are_read() =>
        Assert.All(
            Between(File.ReadAllText(Repository.Place("README.md")), "## The language\n\n```\n", "```").Trim().Split('\n'),
            line => Assert.NotNull(Network.Parse(line.Split("  ")[0])));

    /// <summary>Tables of docs/performance.md are those of bench/results, line for line; the program bench writes them.</summary>
    [Fact]
    public void The_page_of_performance_has_the_sections_of_committed_results()
    {
        var page = File.ReadAllText(Repository.Place("docs", "performance.md"));
        var sections = Between(page, "<!-- bench:begin -->\n", "<!-- bench:end -->").Split("\n### ", StringSplitOptions.TrimEntries);
        Assert.Equal(6, sections.Length);
        foreach (var section in sections.Select(text => text.TrimStart('#', ' ')))
        {
            var (body, from) = (section[..section.LastIndexOf("\n\nFrom `", StringComparison.Ordinal)], Source().Match(section));
            var results = File.ReadAllText(Repository.Place("bench", "results", from.Groups[1].Value));
            Assert.Contains($"## {body}\n", results);
        }
    }

    /// <summary>Each row of the README's table of speed has the figures of one line of the results.</summary>
    [Fact]
    public void The_README_has_the_figures_of_committed_results()
    {
        string[] measured = [.. Directory.EnumerateFiles(Repository.Place("bench", "results")).SelectMany(File.ReadLines)];
        var rows = Between(File.ReadAllText(Repository.Place("README.md")), "| --- | --: | --: | --: |\n", "\n\n").Split('\n');
        Assert.Equal(6, rows.Length);
        Assert.All(rows, row =>
        {
            string[] figures = [.. Cells(row).Skip(1)];
            Assert.Contains(measured, line => figures.All(Cells(line).Contains));
        });
    }

    private static IEnumerable<string> Cells(string row) => row.Split('|', StringSplitOptions.TrimEntries).Where(cell => cell.Length > 0);

    private static IEnumerable<string> Blocks(string page, string language) =>
        File.ReadAllText(Repository.Place(page)).Split($"```{language}\n").Skip(1)
            .Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    /// <summary>A block without its usings and the output that it says.</summary>
    private static string Statements(string block) =>
        string.Join('\n', block.Split('\n').Where(line => !line.StartsWith("using HadamardNtk", StringComparison.Ordinal)
            && !line.StartsWith("// >", StringComparison.Ordinal))).Trim('\n');

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        Assert.True(from >= start.Length, $"'{start.Trim()}' is missing.");
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string Dedent(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var indent = lines.Where(l => l.Length > 0).Min(l => l.Length - l.TrimStart().Length);
        return string.Join('\n', lines.Select(l => l.Length == 0 ? l : l[indent..]));
    }

    [GeneratedRegex(@"From `bench/results/([^`]+)`\.")]
    private static partial Regex Source();
}
