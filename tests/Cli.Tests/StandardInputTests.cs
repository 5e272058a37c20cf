using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>"-" is standard input where a file is read, and standard output where one matrix is written.</summary>
public class StandardInputTests : CommandLine
{
    private const string Gram = "2.5,5.5\n5.5,12.5\n";

    public StandardInputTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell of Unix.");
        Put("x.csv", "1,2\n3,4\n");
        Put("x.csv.gz", Zip("1,2\n3,4\n"u8.ToArray()));
        Put("x.npy", new double[,] { { 1, 2 }, { 3, 4 } });
        Put("wide.csv", "n,a,b,kind\n7,1,2,p\n8,3,4,q\n9,3,4,q\n");
    }

    [Theory]
    [InlineData("cat x.csv | \"$@\" gram --net dense --x - --out -")]
    [InlineData("cat x.csv.gz | \"$@\" gram --net dense --x - --out -")]
    [InlineData("cat x.npy | \"$@\" gram --net dense --x - --out -")]
    [InlineData("\"$@\" gram --net dense --x '-[:2,a:b]' --out - < wide.csv")]
    [InlineData("tr , ';' < x.csv | \"$@\" gram --net dense --x - --separator semicolon --out - | cat")]
    [InlineData("\"$@\" gram --net dense --x x.csv --x2 - --out - < x.npy")]
    public void A_matrix_goes_through_a_pipe(string line) => Assert.Equal(Gram, Shell(line).Succeeded().Output);

    [Fact]
    public void Every_command_of_one_matrix_writes_the_numbers_of_its_file_to_stdout()
    {
        Put("y.csv", "1\n2\n");
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--model", "m").Succeeded();
        foreach (var line in new[]
        {
            "gram --net dense --x x.csv --precision f32", "gram --net dense --x x.csv --x2 x.csv[:1]", "matvec --net dense --x x.csv --v y.csv",
            "empirical --net dense --width 3 --seed 1 --x x.csv", "predict --model m --x x.csv", "matvec --net dense --x x.csv --v y.csv --precision f32",
        })
        {
            Run([.. line.Split(' '), "--out", "K.csv"]).Succeeded();
            Assert.Equal(File.ReadAllText(Place("K.csv")), Run([.. line.Split(' '), "--out", "-"]).Succeeded().Output);
        }

        Assert.DoesNotContain("-", Names());
    }

    [Fact]
    public void Labels_and_targets_may_come_from_stdin_and_scores_are_told_beside_the_matrix()
    {
        Shell("cut -d, -f4 wide.csv | \"$@\" fit --net dense --x 'wide.csv[:,a:b]' --y - --classify --model c").Succeeded();
        Shell("\"$@\" predict --model c --x 'wide.csv[:,a:b]' --y '-[:,kind]' --out Y.npy < wide.csv").Succeeded();
        Shell("\"$@\" fit --net dense --x 'wide.csv[:,a:b]' --y '-[:,n]' --ridge 1 --model m < wide.csv").Succeeded();
        var told = Shell("\"$@\" predict --model m --x 'wide.csv[:,a:b]' --y '-[:,n]' --out - < wide.csv");
        Assert.Equal((0, 3), (told.Code, told.Lines().Length));
        Assert.Contains("rmse", told.Error);
    }

    [Fact]
    public void Only_one_input_may_be_stdin()
    {
        Fails(2, "gram --net dense --x - --x2 -[:2] --out K.npy".Split(' '), "--x and --x2", "name a file");
        Fails(2, "fit --net dense --x - --y - --model m".Split(' '), "--x and --y");
        Fails(2, "gram --net dense --x - --out K.npy".Split(' '), "standard input", "an empty file");
        Fails(2, "gram --net dense --x -[9] --out K.npy".Split(' '), "standard input");
    }

    [Fact]
    public void Bad_text_on_stdin_is_refused_with_its_place() => Unchanged(() =>
        Shell("\"$@\" gram --net dense --x - --out K.npy < wide.csv").Failed(2, "standard input", "\"p\" in row 0, column 3"));

    [Theory]
    [InlineData("gram --net dense --x x.csv --out - --json", "--json")]
    [InlineData("gram --net dense --x x.csv --out - --resume", "--resume")]
    [InlineData("predict --model m --x x.csv --out - --std", "--std")]
    [InlineData("predict --model m --x x.csv --out - --interval 95", "--interval")]
    [InlineData("predict --model c --x x.csv --out -", "labels of a classifier")]
    [InlineData("empirical --net dense --width 3 --seed 1 --x x.csv --seeds 2 --out - --errors S.csv", "--errors")]
    [InlineData("empirical --net dense --width 3 --seed 1 --x x.csv --seeds 2 --out K.npy --errors -", "--errors")]
    public void What_stdout_cannot_hold_is_refused(string line, string part)
    {
        Put("y.csv", "1\n2\n");
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--model", "m").Succeeded();
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--classify", "--model", "c").Succeeded();
        Fails(2, line.Split(' '), part);
    }

    [Fact]
    public void A_full_or_closed_stdout_is_a_failure()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full.");
        Assert.Equal(1, Shell("\"$@\" gram --net dense --x x.csv --out - > /dev/full").Code);
        Assert.Equal(1, Shell("\"$@\" gram --net dense --x x.csv --out - >&-").Code);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_not_printed()
    {
        Put("v.csv", "1e308\n1e308\n");
        Fails(1, "matvec --net dense --x x.csv --v v.csv --out -".Split(' '), "finite", "row 0, column 0");
    }

    private Outcome Shell(string line) => Hntk.Shell(Folder, line);
}
