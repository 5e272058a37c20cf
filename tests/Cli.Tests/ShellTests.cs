using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What a shell does to commands: pipes, odd names, the folder one stands in.</summary>
public class ShellTests : CommandLine
{
    public ShellTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no bash.");
        Put("x.csv", "2,0\n2,2\n");
    }

    [Fact]
    public void A_reader_that_leaves_early_is_no_error()
    {
        var outcome = Hntk.Shell(Folder, "set -o pipefail; \"$@\" | head -1", "demo").Succeeded();
        Assert.Single(outcome.Lines());
    }

    [Theory]
    [InlineData("K.npy", "K.npy")]
    [InlineData("./K.npy", "K.npy")]
    [InlineData("sub/../K.npy", "K.npy")]
    [InlineData("with space 'and' \"quotes\".npy", "with space 'and' \"quotes\".npy")]
    [InlineData("größe-数-🙂.npy", "größe-数-🙂.npy")]
    [InlineData("K[0].npy", "K[0].npy")]
    [InlineData(".hidden", ".hidden")]
    public void Output_goes_where_it_was_named(string argument, string name)
    {
        Directory.CreateDirectory(Place("sub"));
        Run("gram", "--net", "dense", "--x", "./x.csv", "--out", argument).Succeeded();
        Assert.Equal(new[] { name, $"{name}.json", "sub", "x.csv" }.Order(StringComparer.Ordinal), Names());
    }

    [Fact]
    public void Input_may_come_through_a_pipe()
    {
        var outcome = Hntk.Shell(Folder, "cat x.csv | \"$@\"", "gram", "--net", "dense", "--x", "/dev/stdin", "--out", "K.npy");
        outcome.Succeeded();
        Read("K.npy").IsExactly([2, 2], 2, 2, 2, 4);
    }

    [Fact]
    public void Options_may_be_joined_with_an_equals_sign()
    {
        Run("gram", "--net=dense(w=2)", "--x=x.csv[:1]", "--out=-K.npy").Succeeded();
        Read("-K.npy").IsExactly([1, 1], 8);
    }

    [Theory]
    [InlineData("gram")]
    [InlineData("matvec --v x.npy")]
    public void Only_a_terminal_is_shown_how_far_and_how_fast_it_goes(string command)
    {
        var script = Hntk.Command(Folder, "/bin/bash", "-c", "script --version");
        Assert.SkipWhen(script.Code != 0, "there is no 'script' to make a terminal.");
        Put("x.npy", Samples(600, 5));
        string[] arguments =
            [.. command.Split(' '), "--net", "(dense relu)^20 dense", "--x", "x.npy", "--backend", "reference", "--out", "K.npy"];
        var shown = Hntk.Shell(Folder, "script -qec \"$(printf '%q ' \"$@\")\" /dev/null", arguments).Output;
        Assert.Matches("[0-9]+%", shown);
        Assert.Matches("[0-9.]+ [kMG] entries/s", shown);
        Assert.DoesNotContain("entries/s", Run(arguments).Succeeded().Output);
    }
}
