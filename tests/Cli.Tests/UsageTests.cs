using Xunit;

namespace HadamardNtk.Cli.Tests;

public class UsageTests : CommandLine
{
    public UsageTests() => Put("x.csv", "1,2\n3,4\n");

    [Theory]
    [InlineData("nosuch", "'nosuch'")]
    [InlineData("clusters folder", "'clusters'")]
    [InlineData("matmul --v V.npy", "'matmul'")]
    [InlineData("tune", "'tune'")]
    [InlineData("--json", "'--json'")]
    public void An_unknown_command_is_named(string line, string part) => Fails(2, Words(line), part, "hntk --help");

    [Theory]
    [InlineData("fit --net dense --x x.csv --y x.csv --model m --width 3", "'--width'")]
    [InlineData("gram --net dense --x x.csv --out K.npy --frobnicate", "'--frobnicate'")]
    [InlineData("gram --net dense --x x.csv --out K.npy extra", "'extra'")]
    [InlineData("gram --net dense --x x.csv", "'--out'")]
    [InlineData("gram --net dense --out K.npy", "'--x'")]
    [InlineData("gram --x x.csv --out K.npy", "'--net'")]
    [InlineData("gram --net dense --x x.csv --out", "'--out'")]
    [InlineData("gram --net dense --x x.csv --x x.csv --out K.npy", "'--x'")]
    [InlineData("fit --net dense --x x.csv --y x.csv", "'--model'")]
    [InlineData("predict --x x.csv --out Y.npy", "'--model'")]
    [InlineData("matvec --net dense --x x.csv --out Y.npy", "'--v'")]
    [InlineData("matvec --net dense --x x.csv --v x.csv --out Y.npy --resume", "'--resume'")]
    [InlineData("bottleneck --net dense --x x.csv --y x.csv --out r", "'--steps'")]
    [InlineData("bottleneck --net dense --x x.csv --y x.csv --steps 3", "'--out'")]
    [InlineData("bottleneck --net dense --x x.csv --y x.csv --steps 3 --out r --backend cpu", "'--backend'")]
    [InlineData("study small-images --x x.csv", "'--out'")]
    [InlineData("study small-images --out s --test 3", "'--test'")]
    [InlineData("gram --net dense --x x.csv --out K.npy --secret-file x.csv", "--secret-file")]
    [InlineData("gram --net dense --x x.csv --out K.npy --cluster localhost --diagonal", "--diagonal")]
    [InlineData("matvec --net dense --x x.csv --v x.csv --out Y.npy --patience 3", "--patience")]
    [InlineData("fit --net dense --x x.csv --y x.csv --model m --cluster localhost --tune w", "--tune")]
    [InlineData("predict --model m --x x.csv --out P.npy --cluster localhost --std", "--std")]
    [InlineData("gram --net dense --x x.csv --out K.npy --libtorch", "'--libtorch'")]
    [InlineData("gram --libtorch", "'--net'")]
    [InlineData("predict --model m --x x.csv --out P.npy --libtorch", "'--libtorch'")]
    [InlineData("train --net dense --x x.csv --y x.csv --width 2 --seed 1 --model m --libtorch", "'--libtorch'")]
    [InlineData("study linearised --out s --libtorch", "'--libtorch'")]
    [InlineData("backends --libtorch", "'--libtorch'")]
    [InlineData("worker", "'--cluster'")]
    [InlineData("worker --cluster localhost --threads 0", "--threads")]
    [InlineData("explain", "'--net'")]
    [InlineData("width --x x.csv", "'--net'")]
    [InlineData("width --net dense", "'--x'")]
    [InlineData("width --net dense --x x.csv --out K.npy", "'--out'")]
    public void A_wrong_or_missing_option_is_named(string line, string part) =>
        Fails(2, Words(line), part, $"hntk {line.Split(' ')[0]} --help");

    [Theory]
    [InlineData("--precision f16", "f64 or f32", "'f16'")]
    [InlineData("--kernel both", "ntk or nngp", "'both'")]
    [InlineData("--backend gpu", "cpu", "'gpu'")]
    [InlineData("--part 0/16", "K/N", "'0/16'")]
    [InlineData("--part 17/16", "1 <= K <= N", "'17/16'")]
    [InlineData("--part x/y", "as in 3/16", "'x/y'")]
    [InlineData("--threads 0", "--threads", "0")]
    [InlineData("--threads -3", "--threads", "-3")]
    [InlineData("--threads many", "--threads", "'many'")]
    [InlineData("--threads 99999999999", "--threads", "99999999999")]
    public void A_value_that_an_option_does_not_take_is_answered_with_what_it_takes(string option, string expected, string came) =>
        Fails(2, [.. Words("gram --net dense --x x.csv --out K.npy"), .. Words(option)], expected, came);

    [Theory]
    [InlineData("gramm", "Did you mean gram?", "'hntk --help'")]
    [InlineData("demo --ouy d", "Did you mean --out?")]
    [InlineData("gram --presicion f32 --net dense --x x.csv --out K.npy", "Did you mean --precision?")]
    [InlineData("train --linearise", "Did you mean --linearised?")]
    [InlineData("cluster stauts", "Did you mean status?", "'hntk cluster --help'")]
    [InlineData("cluster status", "'--cluster' is required", "'hntk cluster status --help'")]
    [InlineData("cluster", "Expected a command, status or demo; came none.")]
    [InlineData("gram", "'--net' is required", "'--x' is required", "'--out' is required")]
    [InlineData("fit", "'--net' is required", "'--y' is required", "'--model' is required")]
    public void A_mistake_is_told_with_what_may_be_meant_and_all_that_is_missing(string line, params string[] parts) =>
        Fails(2, Words(line), parts);

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("gram --zz 1")]
    public void Nothing_is_proposed_for_a_word_that_is_near_to_none(string line) =>
        Assert.DoesNotContain("Did you mean", Fails(2, Words(line)));

    [Fact]
    public void Json_does_not_change_an_error() =>
        Fails(2, Words("gram --net dense --x none.csv --out K.npy --json"), "none.csv");

    [Fact]
    public void No_argument_is_expanded_from_a_file()
    {
        Put("args", "--help");
        Fails(2, ["@args"], "'@args'");
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
