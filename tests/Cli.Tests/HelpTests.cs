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

    [Theory]
    [InlineData("gram", "--net --x --x2 --kernel --precision --backend --threads --out --diagonal --resume --part --join --cluster --name --secret-file --tls-certificate --tls-key --tls-authority --patience --log --json --separator")]
    [InlineData("worker", "--cluster --name --secret-file --tls-certificate --tls-key --tls-authority --patience --log --threads --memory --shared --listen --port --gateway-port --otlp")]
    [InlineData("cluster status", "--cluster --name --secret-file --tls-certificate --tls-key --tls-authority --patience --log --json")]
    [InlineData("cluster demo", "--rows --json")]
    [InlineData("matvec", "--net --x --x2 --kernel --precision --backend --threads --v --out --cluster --name --secret-file --tls-certificate --tls-key --tls-authority --patience --vectors --log --json --separator")]
    [InlineData("fit", "--net --x --gram --weights-only --y --classify --center --unit --center-y --scale --ridge --ridge-relative --select --folds --tune --restarts --seed --solver --rank --centers --tolerance --storage --resume --cluster --name --secret-file --tls-certificate --tls-key --tls-authority --patience --vectors --log --kernel --backend --threads --model --json --separator")]
    [InlineData("predict", "--model --x --cross --diagonal --out --std --interval --noise --probabilities --samples --seed --y --backend --threads --cluster --name --secret-file --tls-certificate --tls-key --tls-authority --patience --vectors --log --json --separator")]
    [InlineData("compare", "--net --x --y --classify --folds --seeds --seed --kernel --ridge --ridge-relative --center --unit --center-y --backend --threads --format --json --separator")]
    [InlineData("dynamics", "--net --x --y --x2 --kernel --ridge --times --rate --momentum --nesterov --loss --deviations --out --json --separator")]
    [InlineData("spectrum", "--net --x --kernel --ridge --ridge-relative --backend --threads --top --fit --out --json --separator")]
    [InlineData("align", "--net --x --kernel --ridge --ridge-relative --backend --threads --y --out --json --separator")]
    [InlineData("phase", "--net --variance --json")]
    [InlineData("layers", "--json")]
    [InlineData("train", "--net --width --seed --x --y --classify --loss --optimizer --rate --momentum --nesterov --decay --schedule --warmup --epochs --batch --validation-x --validation-y --patience --center --unit --linearized --precision --backend --threads --model --resume --json --separator")]
    [InlineData("bottleneck", "--net --x --y --x2 --y2 --classify --loss --steps --lr-f --lr-g --mode --width --seed --multiplier --label-scale --fixed --every --no-kernels --center --unit --threads --out --resume --json --separator")]
    [InlineData("empirical", "--net --width --seed --seeds --x --x2 --out --errors --json --separator")]
    [InlineData("width", "--net --x --tolerance --pilot --seeds --seed --threads --json --separator")]
    [InlineData("study", "--out --full --finite --seed --x --y --classes --x2 --y2 --draws --tests --resume --json --separator")]
    [InlineData("uci", "--classifier --net --kernel --threads --json")]
    [InlineData("graphs", "--out --quick --full --blocks --mlp --threads --json")]
    [InlineData("explain", "--net --json")]
    [InlineData("demo", "--out --json")]
    public void Every_option_of_the_contract_is_listed(string command, string options)
    {
        var help = Run([.. command.Split(' '), "--help"]).Succeeded().Output;
        Assert.All(options.Split(' '), option => Assert.Matches($"\n  (--[a-z]+, )*{option}[ ,\n]", help));
    }
}
