using Xunit;

namespace HadamardNtk.Cli.Tests;

public class SpectrumCommandTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356,b=0.1) relu)^2 dense";

    private static readonly string[] Keys =
    [
        "n", "eigenvalues", "trace", "largest", "smallest", "error", "decay_exponent", "decay_error", "decay_range", "effective_dimension",
        "effective_dimension_most", "condition", "participation_ratio", "products", "seconds", "features",
    ];

    public SpectrumCommandTests()
    {
        Put("x.npy", Samples(60, 4));
        Put("y.npy", Samples(60, 2, seed: 2));
    }

    [Fact]
    public void All_eigenvalues_and_the_leading_ones_are_the_same_numbers()
    {
        var all = Spectrum("--kernel", "nngp");
        var values = Read("s/eigenvalues.npy");
        Assert.Equal([60], values.Shape);
        Assert.Equal(values.Values.OrderDescending(), values.Values);
        Assert.Equal(values.Values.Sum(), all.GetProperty("trace").GetDouble(), 1e-12);
        Assert.Equal((60, 0), (all.GetProperty("eigenvalues").GetInt32(), all.GetProperty("products").GetInt32()));
        Assert.Equal(all.GetProperty("largest").GetDouble() / all.GetProperty("smallest").GetDouble(), all.GetProperty("condition").GetDouble(), 1e-6);
        var top = Spectrum("--kernel", "nngp", "--top", "7", "--fit", "2-7");
        Assert.Equal(7, Read("s/eigenvalues.npy").Values.Length);
        Assert.All(Enumerable.Range(0, 7), j => Assert.Equal(values.Values[j], Read("s/eigenvalues.npy").Values[j], 1e-10 * values.Values[0]));
        Assert.Equal("2-7", top.GetProperty("decay_range").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, top.GetProperty("condition").ValueKind);
        var dimension = all.GetProperty("effective_dimension").GetDouble();
        Assert.InRange(dimension, top.GetProperty("effective_dimension").GetDouble(), top.GetProperty("effective_dimension_most").GetDouble());
        Assert.Equal(["eigenvalues.npy"], Directory.GetFiles(Place("s")).Select(Path.GetFileName));
    }

    [Fact]
    public void An_alignment_is_one_number_or_one_for_each_output()
    {
        string[] align = ["align", "--net", Net, "--x", "x.npy", "--ridge", "0.5", "--json"];
        string[] keys = ["n", "outputs", "alignment", "kernel_alignment", "centered_alignment", "rkhs_norm2", "effective_dimension", "seconds", "features"];
        var both = Run([.. align, "--y", "y.npy", "--out", "a"]).Json(keys);
        Assert.Equal(2, both.GetProperty("alignment").GetArrayLength());
        var one = Run([.. align, "--y", "y.npy[:,1:]"]).Json(keys);
        Assert.Equal(both.GetProperty("alignment")[1].GetDouble(), one.GetProperty("alignment").GetDouble(), 1e-9);
        var (energy, cumulative) = (Read("a/energy.npy"), Read("a/cumulative.npy"));
        Assert.Equal([60, 2], energy.Shape);
        Assert.Equal(energy[0, 1] + energy[1, 1] + energy[2, 1], cumulative[2, 1], 1e-14);
        Assert.Equal(1, cumulative[59, 0], 1e-12);

        // A target outside the range of a linear kernel has no norm there: null in JSON.
        Put("line.csv", "1\n2\n3\n");
        Put("bent.csv", "1\n2\n1\n");
        var outside = Run("align", "--net", "dense", "--x", "line.csv", "--y", "bent.csv", "--json").Json(keys);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, outside.GetProperty("rkhs_norm2").ValueKind);
        Assert.Matches(@"squared rkhs norm +(∞|Infinity)\n", Run("align", "--net", "dense", "--x", "line.csv", "--y", "bent.csv").Succeeded().Output);
    }

    [Fact]
    public void A_sphere_has_an_eigenvalue_for_each_degree()
    {
        string[] keys =
        [
            "dimension", "degrees", "trace", "known_trace", "relative_error", "zeros", "decay_range", "decay_even", "decay_even_error",
            "decay_odd", "decay_odd_error", "seconds",
        ];
        string[] sphere = ["spectrum", "--net", "dense relu dense", "--sphere", "10", "--out", "s", "--json"];
        var result = Run([.. sphere, "--degrees", "40"]).Json(keys);
        var levels = Read("s/sphere.npy");
        Assert.Equal([41, 3], levels.Shape);
        Assert.Equal((4, 4.827019164033887e-5, 660), (levels[4, 0], levels[4, 1], levels[4, 2]));
        Assert.Equal(0, levels[3, 1]);
        Assert.Equal(19, result.GetProperty("zeros").GetInt32());
        Assert.Equal(1, result.GetProperty("trace").GetDouble(), 1e-15);
        Assert.InRange(result.GetProperty("known_trace").GetDouble(), 0.99, 1);
        Assert.Equal("20-40", result.GetProperty("decay_range").GetString());
        Assert.InRange(result.GetProperty("decay_even").GetDouble(), 8, 10);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, result.GetProperty("decay_odd").ValueKind);
        Assert.Equal(["sphere.npy"], Directory.GetFiles(Place("s")).Select(Path.GetFileName));
        Assert.Equal(101, Run(sphere).Json(keys).GetProperty("degrees").GetInt32() + 1);
        var single = Run([.. sphere, "--degrees", "0"]).Json(keys);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, single.GetProperty("decay_range").ValueKind);
        Assert.Contains("decay even", Run([.. sphere[..^1], "--kernel", "nngp", "--fit", "6-40"]).Succeeded().Output);
    }

    [Fact]
    public void A_sphere_takes_no_samples()
    {
        string[] sphere = ["spectrum", "--net", Net, "--sphere", "5", "--out", "t"];
        Fails(2, [.. sphere, "--x", "x.npy"], "without --x");
        Fails(2, [.. sphere, "--top", "3"], "without --top");
        Fails(2, [.. sphere, "--ridge", "3"], "without --ridge");
        Fails(2, [.. sphere, "--degrees", "801"], "from 0 to 800");
        Fails(2, [.. sphere, "--fit", "3-101"], "within the 100 degrees");
        Fails(2, ["spectrum", "--net", Net, "--sphere", "1", "--out", "t"], "--sphere takes");
        Fails(2, ["spectrum", "--net", "sum(identity, constant) dense", "--sphere", "4", "--out", "t"], "x.x' alone");
        Fails(2, ["spectrum", "--net", Net, "--out", "t"], "--x FILE, or a sphere");
        Fails(2, ["spectrum", "--net", Net, "--x", "x.npy", "--degrees", "4", "--out", "t"], "--degrees with --sphere");
        Assert.False(Directory.Exists(Place("t")));
    }

    [Fact]
    public void What_makes_no_sense_is_refused_and_leaves_nothing()
    {
        string[] spectrum = ["spectrum", "--net", Net, "--x", "x.npy", "--out", "s"];
        Fails(2, ["spectrum", "--net", Net, "--x", "x.npy[:2]", "--out", "s"], "at least 3 samples");
        Fails(2, [.. spectrum, "--top", "61"], "from 1 to 60");
        Fails(2, [.. spectrum, "--top", "0"], "--top takes");
        Fails(2, [.. spectrum, "--fit", "5"], "--fit takes two numbers");
        Fails(2, [.. spectrum, "--fit", "5-61"], "within the 60 eigenvalues");
        Fails(2, [.. spectrum, "--ridge", "0"], "positive ridge");
        Fails(2, [.. spectrum, "--ridge", "1", "--ridge-relative", "1"], "not both");
        Put("zero.csv", "0\n0\n0\n");
        Fails(2, ["spectrum", "--net", "dense relu", "--x", "zero.csv", "--out", "s"], "its trace is 0");
        Fails(2, ["align", "--net", Net, "--x", "x.npy", "--y", "y.npy[:5]"], "60 rows");
        Fails(2, ["align", "--net", "dense", "--x", "x.npy[:3]", "--y", "zero.csv"], "not all 0");
        Assert.DoesNotContain(Names(), name => name.StartsWith('s'));
    }

    private System.Text.Json.JsonElement Spectrum(params string[] options) =>
        Run(["spectrum", "--net", Net, "--x", "x.npy", "--out", "s", "--json", .. options]).Json(Keys);
}
