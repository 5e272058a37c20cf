using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What the README shows is what the tests run.</summary>
public class ReadmeTests
{
    [Theory]
    [InlineData("csharp", 0, "tests/Api.Tests/ReadmeExample.cs")]
    [InlineData("csharp", 1, "tests/Api.Tests/ReadmeLearningExample.cs")]
    [InlineData("csharp", 2, "tests/Torch.Tests/Modules/ReadmeTorchExample.cs")]
    [InlineData("csharp", 3, "tests/Torch.Tests/Networks/ReadmeTrainingExample.cs")]
    [InlineData("csharp", 4, "tests/Api.Tests/ReadmeBottleneckExample.cs")]
    [InlineData("csharp", 5, "tests/Api.Tests/ReadmeLargeExample.cs")]
    [InlineData("fsharp", 0, "tests/Core.Spec/ReadmeExample.fs")]
    public void The_README_quotes_the_program_that_is_tested(string language, int which, string file)
    {
        var readme = File.ReadAllText(Repository.Place("README.md"));
        for (var k = 0; k < which; k++)
        {
            readme = readme[(readme.IndexOf($"```{language}\n", StringComparison.Ordinal) + 3)..];
        }

        var quoted = Between(readme, $"```{language}\n", "```");
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
