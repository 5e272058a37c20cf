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

    /// <summary>The rows of the README's table of speed: the lines of the results that they stand for, and the columns.</summary>
    private static readonly (string Label, string Section, string[] Line, string[] Columns)[] Speeds =
    [
        ("`(dense relu)^3 dense`, float32, 16 features, ns an entry; neural-tangents", Memory, ["relu^3", "f32"], Jax),
        ("the same, float64", Memory, ["relu^3", "f64"], Jax),
        ("the same, float64, 784 features", Memory, ["relu^3 784", "f64"], Jax),
        ("`sin`, float32, 16 features, ns an entry; neural-tangents", Memory, ["sin", "f32"], Jax),
        (
            "five convolutions of 32 x 32 and a pool, float64, µs an entry; neural-tangents", "Kernels of images",
            ["`(conv(w=1.41421356,b=0.1) relu)^5 global_avg_pool dense`", "32", "48", "f64"], ["us/entry", "JAX", "times"]),
        (
            "regression on a matrix of 4096 samples with leave-one-out and evidence, 10 outputs, ms; scikit-learn's KernelRidge, which has neither",
            "Against scikit-learn", ["fit, leave-one-out, evidence"], ["ms", "KernelRidge", "faster"]),
    ];

    private const string Memory = "Gram matrices in memory";

    private static string[] Jax => ["ns", "JAX", "faster"];

    [Fact]
    public void The_README_has_the_figures_of_committed_results()
    {
        var rows = Between(File.ReadAllText(Repository.Place("README.md")), "| --- | --: | --: | --: |\n", "\n\n").Split('\n');
        Assert.Equal(Speeds.Select(speed => speed.Label), rows.Select(row => Cells(row)[0]));
        foreach (var ((_, section, line, columns), row) in Speeds.Zip(rows))
        {
            Assert.Contains(string.Join(' ', Cells(row)[1..]), Measured(section, line, columns));
        }
    }

    // What the files of results have in these columns of a line.
    private static IEnumerable<string> Measured(string section, string[] line, string[] columns)
    {
        foreach (var path in Directory.EnumerateFiles(Repository.Place("bench", "results")))
        {
            var text = File.ReadAllText(path).Split("\n## ").SingleOrDefault(part => part.StartsWith(section + "\n", StringComparison.Ordinal));
            string[][] table = [.. (text ?? "").Split('\n').Where(row => row.StartsWith('|')).Select(Cells)];
            foreach (var found in table.Where(row => row.Take(line.Length).SequenceEqual(line)))
            {
                yield return string.Join(' ', columns.Select(column => found[Array.IndexOf(table[0], column)]));
            }
        }
    }

    private static string[] Cells(string row) => row.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries);

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
