using Xunit;

namespace HadamardNtk.Cli.Tests;

public class EmpiricalTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356,b=0.1) relu)^2 dense";

    [Fact]
    public void A_dense_layer_of_any_width_has_the_inner_product_over_d()
    {
        Put("x.csv", "2,0,0,0\n2,2,2,2\n");
        Put("z.csv", "1,0,0,1\n-1,3,0,2\n0,0,0,0\n");
        Empirical("dense", "3", "1", "--x", "x.csv").IsExactly([2, 2], 1, 1, 1, 4);
        Empirical("dense(b=0.5)", "7", "2", "--x", "x.csv", "--x2", "z.csv").IsExactly([2, 3], 0.75, -0.25, 0.25, 1.25, 2.25, 0.25);
    }

    [Fact]
    public void A_seed_decides_every_bit_and_another_gives_another_matrix()
    {
        Put("x.npy", Samples(12, 5));
        var one = Empirical(Net, "20", "1", "--x", "x.npy");
        Assert.Equal([12, 12], one.Shape);
        Assert.Equal(one.Values, Empirical(Net, "20", "1", "--x", "x.npy").Values);
        Assert.NotEqual(one.Values, Empirical(Net, "20", "2", "--x", "x.npy").Values);
        for (var i = 0; i < 12; i++)
        {
            Assert.All(Enumerable.Range(0, 12), j => Assert.Equal(one[i, j], one[j, i]));
        }
    }

    [Fact]
    public void A_wide_network_is_near_the_kernel_of_infinite_width()
    {
        Put("x.npy", Samples(6, 5));
        const int width = 1000;
        var mean = Empirical(Net, $"{width}", "3", "--x", "x.npy", "--seeds", "8", "--errors", "S.npy");
        Run("gram", "--net", Net, "--x", "x.npy", "--out", "G.npy").Succeeded();
        var (limit, errors) = (Read("G.npy"), Read("S.npy"));
        Assert.Equal(limit.Shape, mean.Shape);
        Assert.Equal(limit.Shape, errors.Shape);

        // Five standard errors of the mean over seeds, and its distance from the limit, which is a few times 1/width.
        var bias = 10.0 / width * limit.Values.Max();
        Assert.All(
            Enumerable.Range(0, 36), k => Assert.Equal(limit.Values[k], mean.Values[k], (5 * errors.Values[k]) + bias));
        Assert.InRange(errors.Values.Max() / limit.Values.Max(), 1e-4, 0.05);
    }

    [Fact]
    public void Json_is_one_object_with_its_keys()
    {
        Put("x.csv", "2,0\n2,2\n");
        var json = Run("empirical", "--net", "dense relu dense", "--width", "5", "--seed", "0", "--x", "x.csv", "--out", "K.npy", "--json")
            .Json("rows", "columns", "parameters", "seconds", "features");
        Assert.Equal((2, 2, 15), (json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32(), json.GetProperty("parameters").GetInt32()));
        Assert.Equal(["K.npy", "x.csv"], Names());
    }

    [Fact]
    public void Seeds_are_averaged_with_standard_errors()
    {
        Put("x.npy", Samples(4, 3));
        Npy[] all = [.. new[] { "5", "6", "7" }.Select(seed => Empirical(Net, "8", seed, "--x", "x.npy"))];
        var json = Run("empirical", "--net", Net, "--width", "8", "--seed", "5", "--seeds", "3", "--x", "x.npy", "--out", "M.npy", "--errors", "SE.csv", "--json")
            .Json("rows", "columns", "parameters", "seeds", "standard_error", "seconds", "features");
        var (mean, errors) = (Read("M.npy"), DataFile.ReadMatrix(Place("SE.csv")));
        for (var k = 0; k < 16; k++)
        {
            var (i, j) = (k / 4, k % 4);
            var expected = all.Average(one => one[i, j]);
            Assert.Equal(expected, mean[i, j], 1e-13);
            Assert.Equal(Math.Sqrt(all.Sum(one => (one[i, j] - expected) * (one[i, j] - expected)) / 6), errors[i, j], 1e-13);
        }

        Assert.Equal((3, (8 * 3) + 8 + (8 * 8) + 8 + 8), (json.GetProperty("seeds").GetInt32(), json.GetProperty("parameters").GetInt32()));
        Assert.Equal(errors.AsSpan().ToArray().Max(), json.GetProperty("standard_error").GetDouble());
    }

    [Fact]
    public void Tensors_give_the_numbers_of_the_core_and_the_shares_of_the_layers()
    {
        Put("x.npy", Samples(6, 5));
        Put("z.npy", Samples(3, 5, seed: 2));
        RequireTensors();
        foreach (var options in new string[][] { ["--x", "x.npy"], ["--x", "z.npy", "--x2", "x.npy"], ["--x", "x.npy", "--seeds", "3"] })
        {
            var expected = Empirical(Net, "20", "4", options);
            var json = Run(["empirical", "--net", Net, "--width", "20", "--seed", "4", .. options, "--out", "T.npy", "--backend", "torch", "--layers", "--json"]).Json();
            var scale = expected.Values.Max();
            Numbers.Near(expected.Values, Read("T.npy").Values, 1e-12 * scale);
            Assert.Equal(["dense1", "dense2", "dense3"], json.GetProperty("layers").EnumerateArray().Select(name => name.GetString()));
            var shares = json.GetProperty("layer_shares").EnumerateArray().Select(share => share.GetDouble()).ToArray();
            Assert.Equal(1, shares.Sum(), 1e-12);
            Assert.All(shares, share => Assert.InRange(share, 0.01, 0.9));
            Assert.Equal((20 * 5) + 20 + (20 * 20) + 20 + 20, json.GetProperty("parameters").GetInt32());
        }

        foreach (var still in new[] { "relu", "dense(trained=false) relu dense(trained=false)" })
        {
            var expected = Empirical(still, "20", "4", "--x", "x.npy");
            Run("empirical", "--net", still, "--width", "20", "--seed", "4", "--x", "x.npy", "--out", "T.npy", "--backend", "torch", "--layers").Succeeded();
            Assert.Equal(expected.Values, Read("T.npy").Values);
        }

        string[] all = ["empirical", "--net", Net, "--width", "5", "--seed", "1", "--x", "x.npy", "--out", "K.npy"];
        Fails(2, [.. all, "--layers"], "--layers with --backend torch");
        Fails(2, [.. all, "--backend", "cpu"], "core, torch, cuda", "'cpu'");
    }

    private void RequireTensors()
    {
        var line = Run("backends").Succeeded().Lines().First(l => l.StartsWith("torch ", StringComparison.Ordinal));
        Assert.SkipWhen(line.Contains("missing"), line);
    }

    [Fact]
    public void The_mean_over_seeds_is_near_the_kernel_of_infinite_width_within_its_errors()
    {
        Put("x.npy", Samples(4, 3));
        Put("z.npy", Samples(3, 3, 2));
        string[] rows = ["--x", "x.npy", "--x2", "z.npy"];
        Run(["empirical", "--net", Relu, "--width", "64", "--seed", "0", "--seeds", "300", .. rows, "--out", "M.npy", "--errors", "SE.npy"]).Succeeded();
        Run(["gram", "--net", Relu, .. rows, "--out", "G.npy"]).Succeeded();
        var (mean, errors, limit) = (Read("M.npy"), Read("SE.npy"), Read("G.npy"));
        // With one hidden layer E Theta_m = Theta. One of 12 entries is 5 errors off by chance once in 100,000.
        Assert.All(Enumerable.Range(0, 12), k => Assert.Equal(limit.Values[k], mean.Values[k], 5 * errors.Values[k]));
        Assert.All(errors.Values, error => Assert.InRange(error, 0, 0.05));
    }

    [Fact]
    public void Seeds_that_cannot_be_averaged_are_refused()
    {
        Put("x.csv", "2,0\n2,2\n");
        string[] one = Words("dense relu dense", "5", "1", "x.csv", "K.npy");
        Fails(2, [.. one, "--seeds", "1"], "--seeds takes a whole number of at least 2", "'1'");
        Fails(2, [.. one, "--seeds", "many"], "--seeds", "'many'");
        Fails(2, [.. one, "--errors", "SE.npy"], "--errors with --seeds only");
        Fails(2, [.. one, "--seeds", "3", "--errors", "none/SE.npy"], "none");
        Fails(2, [.. one, "--seeds", "3", "--errors", "K.npy"], "another name of");
        Fails(2, Words("dense relu dense", "5", $"{long.MaxValue}", "x.csv", "K.npy", "--seeds", "2"), "--seed that 2 seeds can follow");
        Put("huge.csv", "1\n1e200\n");
        Fails(1, Words("dense relu dense", "5", "1", "huge.csv", "K.npy", "--seeds", "2", "--errors", "SE.npy"), "row 1", "overflows");
    }

    [Fact]
    public void What_is_wrong_is_refused_and_leaves_nothing()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("z.csv", "1\n2\n");
        Refused("dense", "5", "1", "x.csv", "none/K.npy", "none");
        Refused("dens", "5", "1", "x.csv", "K.npy", "column 1");
        Refused("dense", "0", "1", "x.csv", "K.npy", "--width takes a whole number of at least 1", "'0'");
        Refused("dense", "wide", "1", "x.csv", "K.npy", "--width", "'wide'");
        Refused("dense", "5", "-1", "x.csv", "K.npy", "--seed takes a whole number of at least 0");
        Refused("dense", "5", "1.5", "x.csv", "K.npy", "--seed", "'1.5'");
        Refused("dense", "5", "1", "none.csv", "K.npy", "none.csv");
        Refused("dense relu bottleneck(width=2) dense", "5", "1", "x.csv", "K.npy", "bottleneck(width=2)");
        Refused("sum(dense, dense(width=7))", "5", "1", "x.csv", "K.npy", "signals of 5 and of 7 channels meet");
        Refused("(dense)^9 dense", "100000", "1", "x.csv", "K.npy", "parameters");
        Fails(2, Words("dense", "5", "1", "x.csv", "K.npy", "--x2", "z.csv"), "z.csv", "2 features");
        Fails(2, ["empirical", "--net", "dense", "--seed", "1", "--x", "x.csv", "--out", "K.npy"], "'--width'");
        Fails(2, ["empirical", "--net", "dense", "--width", "5", "--x", "x.csv", "--out", "K.npy"], "'--seed'");
    }

    [Fact]
    public void An_overflow_names_the_row()
    {
        Put("huge.csv", "1\n1e200\n");
        Fails(1, Words("dense relu dense", "5", "1", "huge.csv", "K.npy"), "row 1", "overflows");
    }

    private void Refused(string net, string width, string seed, string x, string output, params string[] parts) =>
        Fails(2, Words(net, width, seed, x, output), parts);

    private static string[] Words(string net, string width, string seed, string x, string output, params string[] more) =>
        ["empirical", "--net", net, "--width", width, "--seed", seed, "--x", x, "--out", output, .. more];

    private Npy Empirical(string net, string width, string seed, params string[] options)
    {
        Run(["empirical", "--net", net, "--width", width, "--seed", seed, .. options, "--out", "K.npy"]).Succeeded();
        return Read("K.npy");
    }
}
