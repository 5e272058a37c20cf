using Xunit;

namespace HadamardNtk.Cli.Tests;

public class StudyTests : CommandLine
{
    [Fact]
    public void A_study_prints_its_claims_and_writes_files_and_a_page()
    {
        var printed = Run("study", "extrapolation", "--out", "e").Succeeded().Output;
        Assert.Contains("found: Without biases, a ReLU network is linear along every ray.", printed);
        Assert.All(printed.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(["csv", "report.html", "result.json"], Directory.GetFileSystemEntries(Place("e")).Select(Path.GetFileName).Order());
        var page = File.ReadAllText(Place("e/report.html"));
        Assert.Contains("hntk study extrapolation --out e --seed 1", page);
        Assert.Contains("training range", page);
        var json = Run("study", "extrapolation", "--out", "e", "--seed", "2", "--json")
            .Json(["study", "claims", "found", "not_found", "reported", "seed", "report", "seconds"]);
        Assert.Equal(2, json.GetProperty("seed").GetInt32());
        Assert.Equal(json.GetProperty("claims").GetInt32(), json.GetProperty("found").GetInt32() + json.GetProperty("not_found").GetInt32() + json.GetProperty("reported").GetInt32());
    }

    [Fact]
    public void A_study_needs_a_name_and_a_place()
    {
        Fails(2, ["study", "--out", "e"], "spectral-bias or extrapolation");
        Fails(2, ["study", "unheard-of", "--out", "e"], "unheard-of");
        Fails(2, ["study", "extrapolation"], "--out");
        Fails(2, ["study", "extrapolation", "--out", "e", "--seed", "-1"], "--seed takes");
        Put("file.csv", "1\n");
        Put("two.csv", "1\n2\n");
        Fails(2, ["study", "extrapolation", "--out", "file.csv"], "a file of that name");
        Fails(2, ["study", "extrapolation", "--out", "e", "--x", "file.csv"], "--x with the studies linearized, bottleneck and small-images alone");
        Fails(2, ["study", "linearised", "--out", "e", "--y", "file.csv"], "--y with the studies bottleneck and small-images alone");
        Fails(2, ["study", "linearised", "--out", "e", "--classes", "3:8"], "--classes with the study bottleneck alone");
        Fails(2, ["study", "bottleneck", "--out", "e", "--x", "file.csv"], "--x and --y together; came --x alone");
        Fails(2, ["study", "bottleneck", "--out", "e", "--y", "file.csv"], "came --y alone");
        Fails(2, ["study", "bottleneck", "--out", "e", "--classes", "3:8"], "--classes with samples");
        Fails(2, ["study", "bottleneck", "--out", "e", "--classes", "3"], "--classes takes two labels, as in 3:8, not '3'");
        Fails(2, ["study", "bottleneck", "--out", "e", "--classes", "3:3"], "--classes takes two labels");
        Fails(2, ["study", "bottleneck", "--out", "e", "--x", "file.csv", "--y", "two.csv"], "1 rows, one for each sample");
        Fails(2, ["study", "bottleneck", "--out", "e", "--x", "file.csv", "--y", "file.csv"], "at least two classes, came one");
        Fails(2, ["study", "linearised", "--out", "e", "--finite"], "--finite with another study");
        Fails(2, ["study", "linearised", "--out", "e", "--libtorch", "nowhere"], "libtorch", "nowhere");
        Fails(2, ["study", "extrapolation", "--out", "e", "--finite", "--libtorch", "nowhere"], "libtorch", "nowhere");
        Fails(2, ["empirical", "--net", "dense", "--width", "5", "--seed", "1", "--x", "file.csv", "--out", "K.npy", "--backend", "torch", "--libtorch", "nowhere"], "nowhere");
        Assert.False(Directory.Exists(Place("e")));
    }

    [Fact]
    public void Regression_with_a_product_of_two_layers_is_quadratic_along_rays()
    {
        Put("x.npy", Samples(40, 4));
        Put("y.npy", Samples(40, 2, seed: 2));
        string[] keys =
        [
            "n", "outputs", "rays", "radius", "degree", "exponent", "residuals", "ridge", "seconds", "features",
        ];
        string[] extrapolate = ["extrapolate", "--x", "x.npy", "--y", "y.npy", "--out", "r", "--json", "--net"];
        var square = Run([.. extrapolate, "hadamard(dense relu, dense relu) dense", "--rays", "5"]).Json(keys);
        Assert.Equal((2, 5), (square.GetProperty("degree").GetInt32(), square.GetProperty("rays").GetInt32()));
        Assert.Equal(2, square.GetProperty("exponent").GetDouble(), 1e-9);
        Assert.Equal([5, 4], Read("r/directions.npy").Shape);
        Assert.Equal([40], Read("r/times.npy").Shape);
        Assert.Equal([10, 40], Read("r/values.npy").Shape);
        Assert.Equal(10 * square.GetProperty("radius").GetDouble(), Read("r/times.npy").Values[^1], 1e-12);
        var line = Run([.. extrapolate, "(dense relu)^2 dense", "--ridge", "0.1", "--reach", "1000"]).Json(keys);
        Assert.Equal((1, 20), (line.GetProperty("degree").GetInt32(), line.GetProperty("rays").GetInt32()));
        var biased = Run([.. extrapolate, "dense(b=1) relu dense"]).Json(keys);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, biased.GetProperty("degree").ValueKind);
        Fails(2, [.. extrapolate, "dense relu dense", "--reach", "1"], "above 1.5 times");
        Fails(2, [.. extrapolate, "dense relu dense", "--rays", "0"], "--rays takes");
        Put("zero.csv", "0,0\n0,0\n0,0\n");
        Put("three.csv", "1\n2\n3\n");
        Fails(2, ["extrapolate", "--net", "dense relu dense", "--x", "zero.csv", "--y", "three.csv", "--out", "z"], "all are 0");
        Assert.False(Directory.Exists(Place("z")));
    }
}
