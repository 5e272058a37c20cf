using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class WidthTests : CommandLine
{
    private static readonly string[] Keys =
        ["constant", "constant_error", "row", "width", "width_least", "width_most", "rough", "tolerance", "pilot", "seeds", "seconds", "features"];

    public WidthTests() => Put("x.csv", "1,0.5,-0.2\n0.3,0.9,1\n");

    /// <summary>Products of N factors relu(w.x) have 3, 19, ... and that of 2 with skip connections 7.347 at |x| = 1.</summary>
    [Theory]
    [InlineData("dense relu dense", 3)]
    [InlineData("hadamard(dense relu, dense relu) dense", 19)]
    [InlineData("hadamard(dense(w=1.7320508) relu, sum(constant, dense(w=1.7320508) relu)) dense", 7.347028588)]
    public void An_estimate_agrees_with_the_closed_form(string net, double constant)
    {
        Put("unit.csv", "0.6,-0.8,0\n");
        var json = Width(net, "unit.csv", "--pilot", "400", "--seeds", "400");
        var error = json.GetProperty("constant_error").GetDouble();
        Assert.InRange(error / constant, 0.03, 0.15);
        Assert.Equal(constant, json.GetProperty("constant").GetDouble(), 5 * error);
        Assert.False(json.GetProperty("rough").GetBoolean());
        Assert.Equal(Math.Ceiling(json.GetProperty("constant").GetDouble() / 0.0025), json.GetProperty("width").GetDouble());
    }

    [Fact]
    public void A_width_is_told_in_lines_and_its_defaults_are_those_of_the_help()
    {
        var text = Run("width", "--net", Relu, "--x", "x.csv").Succeeded().Output;
        Assert.Matches(@"(?m)^constant +[0-9.]+$", text);
        Assert.Matches(@"(?m)^width +[0-9]+$", text);
        Assert.Matches(@"(?m)^width at least +[0-9]+$", text);
        Assert.DoesNotContain("note", text);
        var json = Width(Relu, "x.csv");
        Assert.Equal((0.05, 256, 64), (json.GetProperty("tolerance").GetDouble(), json.GetProperty("pilot").GetInt32(), json.GetProperty("seeds").GetInt32()));
        var same = Width(Relu, "x.csv", "--tolerance", "0.05", "--pilot", "256", "--seeds", "64", "--seed", "0", "--threads", "1");
        Assert.Equal(json.GetProperty("constant").GetDouble(), same.GetProperty("constant").GetDouble());
        Assert.NotEqual(json.GetProperty("constant").GetDouble(), Width(Relu, "x.csv", "--seed", "1").GetProperty("constant").GetDouble());
        var wide = Width(Relu, "x.csv", "--tolerance", "0.5");
        Assert.Equal(Math.Ceiling(json.GetProperty("constant").GetDouble() / 0.25), wide.GetProperty("width").GetDouble());
    }

    [Fact]
    public void A_rough_estimate_says_so()
    {
        var net = "hadamard(" + string.Join(", ", Enumerable.Repeat("dense relu", 6)) + ") dense";
        var json = Run("width", "--net", net, "--x", "x.csv", "--json").Json([.. Keys, "notes"]);
        Assert.True(json.GetProperty("rough").GetBoolean());
        Assert.Contains("may be far too small", json.GetProperty("notes")[0].GetString());
        Assert.Contains("note ", Run("width", "--net", net, "--x", "x.csv").Succeeded().Output);
        // One channel of a product is 0 for all of these seeds but one, so that no error is known. It is null.
        var one = Run("width", "--net", net, "--x", "x.csv[:1]", "--pilot", "1", "--seeds", "12", "--json").Json([.. Keys, "notes"]);
        Assert.Equal((12, 1), (one.GetProperty("constant").GetDouble(), one.GetProperty("width_least").GetDouble()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (one.GetProperty("constant_error").ValueKind, one.GetProperty("width_most").ValueKind));
        Assert.True(one.GetProperty("rough").GetBoolean());
    }

    [Fact]
    public void What_has_no_width_is_refused()
    {
        Refused("dens", "x.csv", "column 1");
        Refused("dense", "none.csv", "none.csv");
        Refused("dense(width=9) relu dense", "x.csv", "dense(width=9) states one", "leave it out");
        Refused("dense bottleneck(width=2) dense", "x.csv", "bottleneck(width=2) states one");
        Refused("dense(trained=false)", "x.csv", "row 0", "trained weights");
        Put("zero.csv", "1,1\n0,0\n");
        Refused("dense relu dense", "zero.csv", "row 1", "not 0");
        Fails(2, Words("--tolerance", "2"), "tolerance from 1e-6 to 1");
        Fails(2, Words("--tolerance", "0"), "tolerance from 1e-6 to 1");
        Fails(2, Words("--tolerance", "wide"), "--tolerance", "'wide'");
        Fails(2, Words("--pilot", "0"), "--pilot takes a whole number of at least 1");
        Fails(2, Words("--seeds", "2"), "--seeds takes a whole number of at least 3");
        Fails(2, Words("--seed", "-1"), "--seed");
        Fails(2, Words("--pilot", "2000000000"), "parameters");
        Put("huge.csv", "1\n1e200\n");
        Fails(1, ["width", "--net", "dense relu dense", "--x", "huge.csv"], "row 1", "overflows");
    }

    private void Refused(string net, string x, params string[] parts) => Fails(2, ["width", "--net", net, "--x", x], parts);

    private static string[] Words(params string[] more) => ["width", "--net", "dense relu dense", "--x", "x.csv", .. more];

    private JsonElement Width(string net, string x, params string[] more) =>
        Run(["width", "--net", net, "--x", x, .. more, "--json"]).Json(Keys);
}
