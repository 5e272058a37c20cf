using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What a terminal of a number of columns is shown, and what a pipe gets instead.</summary>
public partial class TerminalTests : CommandLine
{
    private static readonly string[] Rough = ["width", "--net", "(dense(he) relu)^2 dense", "--x", "x.csv", "--seeds", "4", "--pilot", "4"];

    public TerminalTests() => Put("x.csv", "2,0\n2,2\n-1,1\n");

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Notes_are_broken_to_the_columns_of_a_terminal_and_whole_in_a_pipe(int columns)
    {
        var (shown, piped) = (Terminal(columns, Rough), Run(Rough).Succeeded().Lines());
        var note = Assert.Single(piped, line => line.StartsWith("note ", StringComparison.Ordinal));
        Assert.True(note.Length > 120);
        Assert.All(shown, line => Assert.InRange(line.Length, 0, columns));
        var first = Array.FindIndex(shown, line => line.StartsWith("note ", StringComparison.Ordinal));
        Assert.All(shown[(first + 1)..], line => Assert.StartsWith("     ", line));
        Assert.Equal(Words(note), Words(string.Join(' ', shown[first..])));
    }

    [Fact]
    public void Help_takes_the_columns_of_the_terminal_up_to_120_and_80_in_a_pipe()
    {
        int Longest(int columns) => Terminal(columns, "gram", "--help").Max(line => line.Length);
        Assert.InRange(Longest(80), 70, 80);
        Assert.InRange(Longest(100), 85, 100);
        Assert.InRange(Longest(200), 105, 120);
        Assert.InRange(Run("gram", "--help").Succeeded().Lines().Max(line => line.Length), 70, 80);
    }

    [Theory]
    [InlineData("explain --net (dense(w=1.5,b=0.1)^relu)^4^dense")]
    [InlineData("layers")]
    [InlineData("backends --libtorch /a/folder/with/a/name/that/is/longer/than/what/a/window/has/room/for/in/one/line")]
    [InlineData("demo")]
    public void Texts_fit_into_a_terminal(string line)
    {
        string[] arguments = [.. line.Split(' ').Select(word => word.Replace('^', ' ').Replace(") 4 ", ")^4 "))];
        foreach (var columns in new[] { 80, 120 })
        {
            Assert.All(Terminal(columns, arguments), shown => Assert.InRange(shown.Length, 0, columns));
        }

        Assert.All(Run(arguments).Succeeded().Lines(), shown => Assert.InRange(shown.Length, 0, 80));
    }

    [Fact]
    public void A_comparison_of_long_networks_fits_into_a_terminal_and_has_a_line_for_each_in_a_pipe()
    {
        Put("X.csv", Csv(Samples(12, 2)));
        Put("Y.csv", Csv(Samples(12, 1, seed: 2)));
        const string Long = "hadamard(dense relu, dense relu, dense relu, dense relu) dense";
        string[] compare = ["compare", "--net", "dense relu dense", "--net", Long, "--x", "X.csv", "--y", "Y.csv", "--folds", "2"];
        var shown = Terminal(80, compare);
        Assert.All(shown, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(shown, line => line.StartsWith("  ", StringComparison.Ordinal) && line.EndsWith("dense", StringComparison.Ordinal));
        Assert.Single(Run(compare).Succeeded().Lines(), line => line.StartsWith(Long + "  ntk", StringComparison.Ordinal));
    }

    [Fact]
    public void Colors_are_those_of_progress_on_a_terminal_alone_and_none_with_NO_COLOR()
    {
        string[] fit = ["gram", "--net", "(dense relu)^20 dense", "--x", "X.npy", "--backend", "reference", "--out", "K.npy"];
        Put("X.npy", Samples(600, 5));
        Assert.Contains("\e[38;5;", Raw(80, "", fit));
        Assert.DoesNotContain("\e[38;5;", Raw(80, "NO_COLOR=1", fit));
        var piped = Run(fit).Succeeded();
        Assert.DoesNotContain('\e', piped.Output + piped.Error);
        var shown = Raw(80, "", fit);
        Assert.EndsWith("\e[?25h", shown[..shown.IndexOf("rows ", StringComparison.Ordinal)].TrimEnd());
    }

    [Fact]
    public void A_longer_word_than_a_line_is_cut_and_lines_hang()
    {
        Assert.Equal(["ab cd", "  ef"], Window.Wrapped("ab cd ef", 5, 2));
        Assert.Equal(["ab", "cdefg", "hi"], Window.Wrapped("ab cdefghi", 5));
        Assert.Equal(["  abc", "  def"], Window.Wrapped("  abcdef", 5, 2));
        Assert.Equal(["a  b c"], Window.Wrapped("a  b c", 6));
    }

    [Theory]
    [InlineData("accuracy", 87.16216, "87.16 %")]
    [InlineData("coverage", 100.0, "100 %")]
    [InlineData("log_loss", -0.0, "0")]
    [InlineData("seconds", 0.109897, "0.11")]
    [InlineData("seconds", 54321.9, "54322")]
    [InlineData("seconds_alone", 0.72166, "0.722")]
    [InlineData("ridge", 9.521334567e-9, "9.52133E-09")]
    [InlineData("converged", true, "yes")]
    [InlineData("same_bytes", false, "no")]
    [InlineData("loo_rmse", null, "-")]
    public void Values_have_units_and_the_digits_that_say_something(string key, object? value, string text) =>
        Assert.Equal(text, Labels.Text(key, value));

    [Fact]
    public void Words_stand_for_keys_that_say_little()
    {
        Put("y.csv", "1\n2\n3\n");
        var lines = Run("fit", "--net", "dense relu dense", "--x", "x.csv", "--y", "y.csv", "--model", "m").Succeeded().Lines();
        Assert.Contains(lines, line => Words(line) is ["samples", "3"]);
        Assert.Contains(lines, line => line.StartsWith("leave-one-out rmse  ", StringComparison.Ordinal));
    }

    private string[] Terminal(int columns, params string[] arguments) =>
        [.. Escape().Replace(Raw(columns, "", arguments), "").Split('\n').Select(line => line[(line.LastIndexOf('\r') + 1)..]).SkipLast(1)];

    /// <summary>All that a terminal receives, but for the returns at the ends of its lines.</summary>
    private string Raw(int columns, string variables, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no bash.");
        Assert.SkipWhen(Hntk.Command(Folder, "/bin/bash", "-c", "script --version").Code != 0, "there is no 'script' to make a terminal.");
        var line = $"unset NO_COLOR; export TERM=xterm-256color {variables}; "
            + $"script -qec \"stty cols {columns} rows 40; $(printf '%q ' \"$@\")\" /dev/null";
        return Hntk.Shell(Folder, line, arguments).Succeeded().Output.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"\e(\[[?0-9;]*[A-Za-z]|[=>])")]
    private static partial Regex Escape();
}
