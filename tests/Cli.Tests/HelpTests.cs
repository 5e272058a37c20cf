using Xunit;

namespace HadamardNtk.Cli.Tests;

public class HelpTests : CommandLine
{
    private static readonly string[] Commands = ["demo", "explain", "gram", "matvec", "fit", "predict", "compare", "dynamics", "spectrum", "align", "phase", "extrapolate", "study", "uci", "graphs", "train", "bottleneck", "empirical", "width", "layers", "worker", "cluster", "backends", "completion"];

    public static TheoryData<string> Finished => [.. Commands];

    [Fact]
    public void The_root_lists_the_finished_commands_and_no_others()
    {
        var help = Run("--help").Succeeded().Output;
        var listed = help.Split("Commands:\n")[1].Split("\n\n")[0].Split('\n')
            .Where(line => line[2] != ' ').Select(line => line.Trim().Split(' ')[0]);
        Assert.Equal(Commands.Order(), listed.Order());
        Assert.Contains("Examples:\n  hntk ", help);
        Assert.Equal(help, Run("-h").Succeeded().Output);
    }

    [Theory]
    [MemberData(nameof(Finished))]
    public void Every_command_explains_itself_with_examples_of_itself(string command)
    {
        var help = Run(command, "--help").Succeeded().Output;
        Assert.Contains("Usage:\n  hntk " + command, help);
        Assert.Contains($"Examples:\n  hntk {command}", help);
    }

    [Fact]
    public void Without_arguments_help_is_what_is_asked_for()
    {
        var bare = Run().Succeeded();
        Assert.Equal(Run("--help").Succeeded().Output, bare.Output);
        Assert.Equal("", bare.Error);
        Fails(2, ["--json"], "hntk --help");
    }

    [Fact]
    public void Help_wins_over_whatever_else_is_wrong()
    {
        Assert.Contains("Usage:", Run("gram", "--net", "(((", "--threads", "many", "--help").Succeeded().Output);
        Assert.Contains("Usage:", Run("gram", "--separator", "dot", "--help").Succeeded().Output);
        Assert.Matches(@"\A[0-9]+\.", Run("gram", "--separator", "dot", "--version").Succeeded().Output);
    }

    [Fact]
    public void The_version_is_one_line() =>
        Assert.Matches(@"\A[0-9]+\.[0-9]+\.[0-9]+\S*\n\z", Run("--version").Succeeded().Output);
}
