using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>A matrix that gram wrote is fitted and predicted from, and a finished one is not computed again.</summary>
public class GivenGramTests : CommandLine
{
    private static readonly string[] Gram = ["gram", "--net", Relu, "--x", "x.npy[:30]", "--out", "K.npy"];

    public GivenGramTests()
    {
        Put("x.npy", Samples(40, 4));
        Put("y.npy", Samples(40, 1, seed: 2));
        Run(Gram).Succeeded();
        Run("gram", "--net", Relu, "--x", "x.npy[30:]", "--x2", "x.npy[:30]", "--out", "KX.npy").Succeeded();
        Run("gram", "--net", Relu, "--x", "x.npy[30:]", "--diagonal", "--out", "d.npy").Succeeded();
    }

    [Fact]
    public void A_model_of_a_matrix_is_that_of_its_samples()
    {
        string[] options = ["--y", "y.npy[:30]", "--ridge", "0.1", "--center-y", "--scale", "auto", "--json"];
        var here = Run(["fit", "--gram", "K.npy", .. options, "--model", "g"]).Json();
        var there = Run(["fit", "--net", Relu, "--x", "x.npy[:30]", .. options, "--model", "m"]).Json();
        foreach (var key in new[] { "n", "outputs", "ridge", "loo_rmse", "log_marginal_likelihood", "target_mean", "scale", "features" })
        {
            Assert.Equal(there.GetProperty(key).ToString(), here.GetProperty(key).ToString());
        }

        string[] ends = ["--interval", "90", "--y", "y.npy[30:]", "--json"];
        var given = Run(["predict", "--model", "g", "--cross", "KX.npy", "--diagonal", "d.npy", "--out", "P.npy", .. ends]).Json();
        var computed = Run(["predict", "--model", "m", "--x", "x.npy[30:]", "--std", "--out", "Q.npy", .. ends]).Json();
        foreach (var key in new[] { "rows", "rmse", "r2", "log_density", "coverage" })
        {
            Assert.Equal(computed.GetProperty(key).ToString(), given.GetProperty(key).ToString());
        }

        Assert.Equal(JsonValueKind.Null, given.GetProperty("features").ValueKind);
        foreach (var end in new[] { "", ".std", ".lower", ".upper" })
        {
            Assert.Equal(File.ReadAllBytes(Place($"Q{end}.npy")), File.ReadAllBytes(Place($"P{end}.npy")));
        }
    }

    [Fact]
    public void A_classifier_and_other_formats_do_too()
    {
        Put("labels.csv", string.Concat(Enumerable.Range(0, 30).Select(i => i % 3 + "\n")));
        Put("K.csv", Csv(Square("K.npy")));
        Run("fit", "--gram", "K.csv", "--y", "labels.csv", "--classify", "--ridge", "0.1", "--weights-only", "--model", "g").Succeeded();
        Run("fit", "--net", Relu, "--x", "x.npy[:30]", "--y", "labels.csv", "--classify", "--ridge", "0.1", "--model", "m").Succeeded();
        Run("predict", "--model", "g", "--cross", "KX.npy[2:7]", "--out", "P.csv").Succeeded();
        Run("predict", "--model", "m", "--x", "x.npy[32:37]", "--out", "Q.csv").Succeeded();
        Assert.Equal(File.ReadAllText(Place("Q.label.csv")), File.ReadAllText(Place("P.label.csv")));
        Assert.DoesNotContain("g/gram.npy", Names());
        Fails(2, ["predict", "--model", "g", "--cross", "KX.npy", "--diagonal", "d.npy", "--out", "R.csv"], "without its Gram matrix");
    }

    [Fact]
    public void A_finished_matrix_is_said_to_be_finished()
    {
        var before = File.ReadAllBytes(Place("K.npy"));
        var json = Run([.. Gram, "--resume", "--json"]).Json();
        Assert.Contains("finished", Assert.Single(json.GetProperty("notes").EnumerateArray()).GetString());
        Assert.Contains("nothing was computed", Run([.. Gram, "--resume"]).Succeeded().Output);
        Assert.Equal(before, File.ReadAllBytes(Place("K.npy")));
        Fails(2, [.. Gram, "--resume", "--kernel", "nngp"], "K.npy", "kernel", "nngp", "ntk", "--resume");
        Fails(2, [.. Gram, "--resume", "--precision", "f32"], "precision", "f32", "f64");
        Fails(2, [.. Gram.Select(word => word == "x.npy[:30]" ? "x.npy[1:31]" : word), "--resume"], "X", "SHA-256");
        Fails(2, [.. Gram.Select(word => word == Relu ? "dense" : word), "--resume"], "network", Relu);
    }

    [Fact]
    public void Its_provenance_names_the_files()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Place("KX.npy.json")));
        Assert.Equal(["x.npy[30:]", "x.npy[:30]"], json.RootElement.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("file").GetString()));
        Assert.Equal(Relu, json.RootElement.GetProperty("network").GetString());
        Put("Z.npy.json", Csv(Samples(3, 2)));
        Fails(2, ["gram", "--net", Relu, "--x", "Z.npy.json", "--out", "Z.npy"], "Z.npy.json");
    }

    [Theory]
    [InlineData("fit --gram K.npy --y y.npy[:30] --kernel nngp --model g", "--kernel", "ntk")]
    [InlineData("fit --gram KX.npy --y y.npy[:30] --model g", "KX.npy", "square")]
    [InlineData("fit --gram K.npy --y y.npy --model g", "y.npy", "30 rows")]
    [InlineData("fit --gram K.npy --net dense --y y.npy[:30] --model g", "--net", "--gram")]
    [InlineData("fit --gram K.npy --x x.npy --y y.npy[:30] --model g", "--x", "--gram")]
    [InlineData("fit --gram K.npy --center --y y.npy[:30] --model g", "--center", "--gram")]
    [InlineData("fit --gram K.npy --precision f32 --y y.npy[:30] --model g", "--precision", "--gram")]
    [InlineData("fit --gram K.npy --solver falkon --y y.npy[:30] --model g", "falkon", "cholesky")]
    [InlineData("fit --net dense --x x.npy --y y.npy --weights-only --model g", "--weights-only", "--gram")]
    [InlineData("fit --x x.npy --y y.npy --model g", "'--net'", "required")]
    [InlineData("fit --net dense --y y.npy --model g", "'--x'", "required")]
    [InlineData("gram --net dense --x x.npy --x2 x.npy --diagonal --out e.npy", "--x2", "--diagonal")]
    [InlineData("gram --net dense --x x.npy --diagonal --resume --out e.npy", "--resume", "--diagonal")]
    public void What_does_not_go_together_is_refused(string line, params string[] parts) => Fails(2, line.Split(' '), parts);

    [Fact]
    public void Kernels_that_do_not_fit_the_model_are_refused()
    {
        Run("fit", "--gram", "K.npy", "--y", "y.npy[:30]", "--ridge", "0.1", "--model", "g").Succeeded();
        Run("fit", "--net", Relu, "--x", "x.npy", "--y", "y.npy", "--ridge", "0.1", "--model", "m").Succeeded();
        Refused("--x x.npy --model g", "--cross");
        Refused("--cross KX.npy --model m", "--x");
        Refused("--cross KX.npy --x x.npy --model g", "--x", "--cross");
        Refused("--model g", "'--x'");
        Refused("--cross KX.npy[:,1:] --model g", "30 columns", "29");
        Refused("--cross KX.npy --diagonal d.npy[:4] --model g", "10", "4");
        Refused("--cross KX.npy --std --model g", "--diagonal");
        Refused("--x x.npy --diagonal d.npy --model m", "--cross");
        Run("gram", "--net", Relu, "--kernel", "nngp", "--x", "x.npy[30:]", "--x2", "x.npy[:30]", "--out", "S.npy").Succeeded();
        Refused("--cross S.npy --model g", "S.npy", "kernel", "nngp");
        Run("gram", "--net", Relu, "--x", "x.npy[:3]", "--x2", "x.npy[10:]", "--out", "S.npy").Succeeded();
        Refused("--cross S.npy --model g", "S.npy", "training samples");
        Put("S.npy", Samples(10, 30));
        Refused("--cross S.npy --model g", "S.npy.json", "changed");
    }

    private void Refused(string options, params string[] parts) =>
        Fails(2, ["predict", .. options.Split(' '), "--out", "P.npy"], parts);

    private double[,] Square(string name)
    {
        var read = Read(name);
        var square = new double[read.Rows, read.Rows];
        Buffer.BlockCopy(read.Values, 0, square, 0, 8 * read.Values.Length);
        return square;
    }
}
