using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>An output that is an input is refused before the work, by whatever name.</summary>
public class OverwritingTests : CommandLine
{
    public OverwritingTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
        Put("net", "dense relu dense");
    }

    [Theory]
    [InlineData("gram --net dense --x x.csv --out x.csv", "--x")]
    [InlineData("gram --net dense --x x.csv --out ./x.csv", "--x")]
    [InlineData("gram --net dense --x x.csv[:1] --out x.csv", "--x")]
    [InlineData("gram --net dense --x y.csv --x2 x.csv[:,0] --out x.csv", "--x2")]
    [InlineData("gram --net @net --x x.csv --out net", "--net")]
    [InlineData("gram --net dense --x x.csv --out hard.csv", "--x")]
    [InlineData("gram --net dense --x x.csv --out soft.csv", "--x")]
    [InlineData("gram --net dense --x soft.csv --out x.csv", "--x")]
    [InlineData("gram --net dense --x K.npy.partial --out K.npy --resume", "--x")]
    [InlineData("gram --net dense --x K.npy.journal --out K.npy --resume", "--x")]
    [InlineData("matvec --net dense --x x.csv --v y.csv --out y.csv", "--v")]
    [InlineData("matvec --net dense --x x.csv --v y.csv --out x.csv", "--x")]
    [InlineData("empirical --net dense --width 2 --seed 1 --x x.csv --out x.csv", "--x")]
    [InlineData("empirical --net dense --width 2 --seed 1 --x x.csv --x2 y.csv --out y.csv", "--x2")]
    [InlineData("empirical --net dense --width 2 --seed 1 --seeds 2 --x x.csv --out K.npy --errors x.csv", "--x")]
    [InlineData("fit --net dense --x m/samples.npy --y y.csv --model m", "--x")]
    [InlineData("fit --net dense --x x.csv --y m/weights.npy --model m", "--y")]
    [InlineData("fit --net dense --x x.csv --y m/weights.npy --model link", "--y")]
    [InlineData("predict --model m --x x.csv --out x.csv", "--x")]
    [InlineData("predict --model m --x x.csv --y y.csv --out y.csv", "--y")]
    [InlineData("predict --model m --x x.csv --y Y.std.csv --std --out Y.csv", "--y")]
    [InlineData("predict --model m --x x.csv --y Y.samples.npy --samples 2 --out Y.csv", "--y")]
    [InlineData("predict --model classes --x x.csv --y Y.prob.csv --probabilities --out Y.csv", "--y")]
    [InlineData("predict --model m --x x.csv --out m/weights.npy", "--model")]
    [InlineData("predict --model link --x x.csv --out m/samples.npy", "--model")]
    [InlineData("predict --model classes --x x.csv --y Y.label.csv --out Y.csv", "--y")]
    [InlineData("dynamics --net dense --x flow/mean.npy --y y.csv --times 1 --out flow", "--x")]
    [InlineData("dynamics --net dense --x x.csv --y flow/mean.npy --times 1 --out flow", "--y")]
    [InlineData("dynamics --net dense --x x.csv --y y.csv --x2 flow/covariance.npy --times 1 --out flow", "--x2")]
    [InlineData("study bottleneck --x study/report.html --y y.csv --out study", "--x")]
    [InlineData("study bottleneck --x x.csv --y study/result.json --out study", "--y")]
    public void It_is_refused_and_the_option_named(string line, string option)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links of Unix.");
        Prepare();
        Fails(2, line.Split(' '), $"the file that {option} reads", "name another file");
    }

    [Fact]
    public void Two_results_in_one_file_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links of Unix.");
        Prepare();
        File.CreateSymbolicLink(Place("P.std.csv"), "P.csv");
        Put("P.csv", "1\n");
        Fails(2, "predict --model m --x x.csv --out P.csv --std".Split(' '), "another name of");
    }

    [Fact]
    public void A_model_is_no_folder_for_other_results()
    {
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", "--ridge", "1").Succeeded();
        Fails(2, "dynamics --net dense --x x.csv --y y.csv --times 1 --out m".Split(' '), "holds a model");
        Fails(2, "demo --out m".Split(' '), "holds a model");
    }

    [Fact]
    public void A_file_beside_the_inputs_or_an_earlier_result_may_be_written()
    {
        Run("gram", "--net", "dense", "--x", "x.csv", "--out", "x.csv.npy").Succeeded();
        Run("gram", "--net", "dense", "--x", "x.csv", "--out", "x.csv.npy").Succeeded();
        Run("gram", "--net", "dense", "--x", "x.csv.npy", "--out", "K.npy", "--resume").Succeeded();
    }

    private void Prepare()
    {
        Hntk.Command(Folder, "ln", "x.csv", "hard.csv").Succeeded();
        File.CreateSymbolicLink(Place("soft.csv"), "x.csv");
        Put("K.npy.partial", "1\n");
        Put("K.npy.journal", "1\n");
        Put("Y.std.csv", "1\n2\n");
        Put("Y.label.csv", "1\n2\n");
        foreach (var (model, options) in new (string, string[])[] { ("m", []), ("classes", ["--classify"]) })
        {
            Run(["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", model, "--ridge", "1", .. options]).Succeeded();
        }

        Directory.CreateSymbolicLink(Place("link"), "m");
        Directory.CreateDirectory(Place("study"));
        Put("study/report.html", "1\n");
        Put("study/result.json", "1\n");
        Directory.CreateDirectory(Place("flow"));
        Put("flow/mean.npy", new double[,] { { 1 }, { 2 } });
        Put("flow/covariance.npy", new double[,] { { 1, 1 }, { 2, 1 } });

        // Interrupted runs are meant to leave these; here they are given away before the test ends.
        _given.AddRange(["K.npy.partial", "K.npy.journal"]);
    }

    private readonly List<string> _given = [];

    protected override void Ended() => _given.ForEach(name => File.Delete(Place(name)));
}
