using Xunit;

namespace HadamardNtk.Cli.Tests;

public class BadNetworkTests : CommandLine
{
    public BadNetworkTests() => Put("x.csv", "1,2\n3,4\n");

    [Theory]
    [InlineData("dense rel dense", "column 7", "'rel'", "did you mean 'relu'?")]
    [InlineData("dens", "column 1", "did you mean 'dense'?")]
    [InlineData("dense(q=1)", "column 7", "'q'", "w, b, width, param, trained")]
    [InlineData("dense relu(w=1)", "column 12", "relu")]
    [InlineData("dense^99999999999", "column 7", "99999999999")]
    [InlineData("dense^0", "column 7")]
    [InlineData("dense(w=1e999)", "column 9", "1e999")]
    [InlineData("dense(w=x)", "column 9", "'x'")]
    [InlineData("dense(w=1,w=2)", "column 11")]
    [InlineData("dense(width=0)", "column 13")]
    [InlineData("", "column 1", "expected a layer")]
    [InlineData("   # nothing", "expected a layer")]
    [InlineData("hadamard(dense", "column 15", "end of the text")]
    [InlineData("dense)", "column 6", "')'")]
    [InlineData("let p = dense in q", "'q'", "names here: p")]
    [InlineData("let relu = dense in relu", "column 5")]
    [InlineData("let p = dense in (p)^2", "'p'")]
    [InlineData("concat(dense, dense, weights=1:2:3) dense", "column 30", "2 positive weights")]
    public void A_text_that_is_no_network_is_answered_with_the_column(string net, params string[] parts) => Refused(net, parts);

    [Theory]
    [InlineData("relu dense", "relu", "put a dense before relu")]
    [InlineData("hadamard(dense, dense) relu dense", "relu", "put a dense before relu")]
    [InlineData("sum(dense, dense relu) tanh dense", "tanh", "put a dense before tanh")]
    [InlineData("dense bottleneck(width=3) dense", "bottleneck")]
    public void A_network_without_a_kernel_is_refused_with_the_layer_and_a_mend(string net, params string[] parts) =>
        Refused(net, ["refused", .. parts]);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("sum(dense,", ")")]
    [InlineData("let p = ", " in p")]
    [InlineData("(", "")]
    public void A_text_nested_beyond_reason_is_refused_in_a_short_line(string open, string close)
    {
        const int depth = 20000;
        Put("deep.txt", string.Concat(Enumerable.Repeat(open, depth)) + "dense" + string.Concat(Enumerable.Repeat(close, depth)));
        Assert.InRange(Refused("@deep.txt").Length, 20, 500);
    }

    [Fact]
    public void A_network_file_that_cannot_be_read_is_named()
    {
        Directory.CreateDirectory(Place("folder"));
        Refused("@none.txt", "none.txt");
        Refused("@folder", "folder");
        Refused("@", "--net @", "no name");
        Put("empty.txt", "");
        Refused("@empty.txt", "expected a layer");
    }

    [Fact]
    public void The_other_commands_refuse_alike()
    {
        Fails(2, ["fit", "--net", "dense rel", "--x", "x.csv", "--y", "x.csv", "--model", "m"], "column 7");
        Fails(2, ["fit", "--net", "relu", "--x", "x.csv", "--y", "x.csv", "--model", "m"], "refused");
        Fails(2, ["explain", "--net", "dense rel"], "column 7");
        Fails(2, ["explain", "--net", "dense rel", "--json"], "column 7");
    }

    private string Refused(string net, params string[] parts) =>
        Fails(2, ["gram", "--net", net, "--x", "x.csv", "--out", "K.npy"], parts);
}
