using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>The folder docs/commands has a page for each command, made from its help.</summary>
public class HelpPagesTests
{
    private static readonly string Folder = Path.Combine(Hntk.Root, "docs", "commands");

    [Fact]
    public void Every_command_has_a_page_that_is_its_help()
    {
        var pages = HelpPages.All().ToArray();
        if (Environment.GetEnvironmentVariable("HNTK_APPROVE") == "1")
        {
            Directory.CreateDirectory(Folder);
            foreach (var (file, text) in pages)
            {
                File.WriteAllText(Path.Combine(Folder, file), text);
            }
        }

        Assert.Equal(
            pages.Select(page => page.File).Order(StringComparer.Ordinal),
            Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(pages, page => Assert.Equal(
            page.Text, File.ReadAllText(Path.Combine(Folder, page.File)).ReplaceLineEndings("\n")));
    }

    [Fact]
    public void Examples_fit_a_window_and_are_quoted_for_every_shell()
    {
        var lines = HelpText.Example("hntk fit --net '(dense(he) relu)^3 dense' --x 'X.csv[:100,:-1]' --y y.npy --model m", 78).ToArray();
        Assert.True(lines.Length > 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 78));
        Assert.All(lines, line => Assert.DoesNotContain('\'', line));
        var joined = string.Join(' ', lines.Select(line => line.TrimEnd('\\', '`').Trim()));
        Assert.Equal("hntk fit --net \"(dense(he) relu)^3 dense\" --x \"X.csv[:100,:-1]\" --y y.npy --model m", joined);
    }
}
