using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What the README shows is what the tests run.</summary>
public class ReadmeTests
{
    [Theory]
    [InlineData("csharp", "tests/Api.Tests/ReadmeExample.cs")]
    [InlineData("fsharp", "tests/Core.Spec/ReadmeExample.fs")]
    public void The_README_quotes_the_program_that_is_tested(string language, string file)
    {
        var quoted = Between(File.ReadAllText(Repository.Place("README.md")), $"```{language}\n", "```");
        Assert.Equal(Dedent(Between(File.ReadAllText(Repository.Place(file)), "// <readme>\n", "// </readme>")), quoted.TrimEnd());
    }

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
}
