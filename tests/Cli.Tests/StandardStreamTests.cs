using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Exit codes are as promised whatever becomes of stdout and stderr.</summary>
public class StandardStreamTests : CommandLine
{
    private const string Gram = "gram --net dense --x x.csv --out K.npy";

    public StandardStreamTests()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full.");
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", "--ridge", "1").Succeeded();
    }

    public static TheoryData<string> WithoutError => ["2>&-", "2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"];

    public static TheoryData<string> WithoutOutput => [">&-", ">/dev/full", ">&- 2>&-", "<&- >&-"];

    [Theory]
    [MemberData(nameof(WithoutError))]
    public void A_message_that_cannot_be_written_changes_no_exit_code(string redirection)
    {
        Exits(2, redirection, "gram --net dense --x none.csv --out K.npy");
        Exits(2, redirection, "gram --net dense");
        Exits(2, redirection, "nosuch");
        Exits(2, redirection, "explain --net relu");
        Exits(1, redirection, "fit --net dense --x x.csv --y y.csv --model n --ridge 0 --unit --center");
        Exits(0, redirection, Gram);
        Exits(0, redirection, "predict --model m --x x.csv --out Y.npy");
        Assert.Equal([2, 2], Read("K.npy").Shape);
    }

    [Theory]
    [MemberData(nameof(WithoutOutput))]
    public void What_was_asked_for_on_stdout_and_cannot_be_written_is_a_failure(string redirection)
    {
        Exits(1, redirection, Gram + " --json");
        Exits(1, redirection, "explain --net dense");
        Exits(1, redirection, "backends");
        Exits(1, redirection, "demo");
        Exits(1, redirection, "--version");
        Exits(1, redirection, "gram --version");
        Exits(1, redirection, "gram --help");
        Exits(1, redirection, "predict --model m --x x.csv --y y.csv --out Y.npy");
    }

    [Theory]
    [MemberData(nameof(WithoutOutput))]
    public void What_is_only_said_on_stdout_is_none(string redirection)
    {
        Exits(0, redirection, Gram);
        Exits(0, redirection, "fit --net dense --x x.csv --y y.csv --model m --ridge 1");
        Exits(0, redirection, "dynamics --net dense --x x.csv --y y.csv --times 1 --out flow");
        Exits(0, redirection, "empirical --net dense --width 2 --seed 1 --x x.csv --out K.npy");
    }

    [Fact]
    public void What_cannot_be_printed_is_said_in_one_line()
    {
        Hntk.Shell(Folder, "\"$@\" >&-", "backends").Failed(1, "stdout", "closed");
        Hntk.Shell(Folder, "\"$@\" >/dev/full", [.. Gram.Split(' '), "--json"]).Failed(1, "stdout", "cannot be written");
        Hntk.Shell(Folder, "\"$@\" >/dev/full", "--version").Failed(1, "stdout", "cannot be written");
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("gram --help")]
    [InlineData(Gram + " --json")]
    public void A_reader_that_leaves_at_once_is_no_failure(string line) => Assert.Equal(0, Hntk.Shell(Folder, "set -o pipefail; \"$@\" | head -1", line.Split(' ')).Code);

    private void Exits(int code, string redirection, string line) => Assert.True(
        Hntk.Shell(Folder, $"\"$@\" {redirection}", line.Split(' ')).Code is var came && came == code, $"exit {came} instead of {code}: {line} {redirection}");
}
