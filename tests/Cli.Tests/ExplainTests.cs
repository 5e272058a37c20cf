using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class ExplainTests : CommandLine
{
    private static readonly string[] Keys =
    [
        "network", "tree", "recursion", "duals", "sigma", "theta", "positions", "position_pairs", "refusal",
    ];

    /// <summary>The networks that the contract's text shows.</summary>
    [Theory]
    [InlineData("(dense(w=1.41421356,b=0.1) relu)^3 dense")]
    [InlineData("hadamard(dense, sum(dense, constant)) dense")]
    [InlineData("let p = dense in sum(hadamard(dense, p dense), p) dense")]
    [InlineData("concat(dense relu, dense erf, weights=1:3) dense")]
    [InlineData("ccp(degree=2,w=1.2,act=relu) dense")]
    [InlineData("ncp(degree=2,skip=true) dense")]
    [InlineData("dense(w=1.4,b=0.1,width=300,param=standard) layer_norm tanh dense(trained=false)")]
    [InlineData("(dense relu)^60 dense")]
    [InlineData("image(32x32x3) myrtle(depth=10) dense")]
    [InlineData("gntk(blocks=3,mlp=2) dense")]
    public void A_network_is_shown_within_eighty_columns(string net)
    {
        var outcome = Run("explain", "--net", net).Succeeded();
        var lines = outcome.Lines();
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.InRange(lines.Length, 5, 200);
        Assert.Contains("Tree\n", outcome.Output);
        Assert.Contains("Recursion", outcome.Output);
    }

    [Fact]
    public void Json_has_all_of_it()
    {
        var json = Run("explain", "--net", "(dense relu)^60 dense", "--json").Json(Keys);
        Assert.Equal("(dense relu)^60 dense", json.GetProperty("network").GetString());
        Assert.InRange(json.GetProperty("recursion").GetArrayLength(), 121, 130);
        var duals = json.GetProperty("duals").EnumerateArray().Single();
        Assert.Equal("relu", duals.GetProperty("activation").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("refusal").ValueKind);
        Assert.All(json.GetProperty("tree").EnumerateArray(), line => Assert.False(line.GetProperty("refused").GetBoolean()));
    }

    [Fact]
    public void A_short_network_has_its_kernels_written_out()
    {
        var json = Run("explain", "--net", "dense(w=2) dense", "--json").Json(Keys);
        Assert.Equal("4 k", json.GetProperty("sigma").GetString());
        Assert.Contains("k", json.GetProperty("theta").GetString());
    }

    [Fact]
    public void The_positions_of_an_image_are_shown_with_the_pairs_that_are_needed()
    {
        const string Net = "image(8x8x3) conv relu avg_pool conv relu flatten dense";
        var lines = Run("explain", "--net", Net).Succeeded().Lines();
        Assert.Contains(lines, line => line.Contains("relu: 8x8 x width; p' - p in 9 of -1..1 x -1..1, 484 pairs"));
        Assert.Contains(lines, line => line.Contains("together 2002 pairs"));
        var json = Run("explain", "--net", Net, "--json").Json(Keys);
        Assert.Equal(2002, json.GetProperty("position_pairs").GetInt64());
        var positions = json.GetProperty("positions").EnumerateArray().ToArray();
        Assert.Equal(json.GetProperty("recursion").GetArrayLength() - 1, positions.Length);
        Assert.Equal(2002, positions.Sum(line => line.GetProperty("pairs").GetInt64()));
        var flat = Run("explain", "--net", "dense relu dense", "--json").Json(Keys);
        Assert.Equal(JsonValueKind.Null, flat.GetProperty("position_pairs").ValueKind);
        Assert.Equal(0, flat.GetProperty("positions").GetArrayLength());
    }

    [Theory]
    [InlineData("hadamard(dense, dense) relu dense", "relu")]
    [InlineData("sum(dense, dense relu) tanh dense", "tanh")]
    public void A_refused_network_is_shown_with_the_layer_marked(string net, string layer)
    {
        var outcome = Run("explain", "--net", net);
        outcome.FailedAfterOutput(2, "refused at " + layer, "put a dense before " + layer);
        Assert.Contains(outcome.Lines(), line => line.Contains(layer) && line.EndsWith("<-- refused"));
        Assert.Single(outcome.Lines(), line => line.Contains("<-- refused"));
    }

    [Fact]
    public void Json_says_where_and_why_it_is_refused()
    {
        var outcome = Run("explain", "--net", "hadamard(dense, dense) relu dense", "--json");
        outcome.FailedAfterOutput(2, "refused at relu");
        using var document = JsonDocument.Parse(outcome.Output);
        Assert.Equal(Keys, document.RootElement.GetProperty("result").EnumerateObject().Select(p => p.Name));
        Assert.Equal("relu", document.RootElement.GetProperty("refusal").GetProperty("layer").GetString());
        Assert.Single(document.RootElement.GetProperty("tree").EnumerateArray(), line => line.GetProperty("refused").GetBoolean());
    }
}
