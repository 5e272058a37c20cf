using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>The percentages that were asked for, on files that are not in the repository.</summary>
public class RealDataTests : CommandLine
{
    private const double Points = 0.2;

    [Theory]
    [InlineData("dense(w=1.41421356) relu dense", 96.98)]
    [InlineData("(dense(w=1.41421356) relu)^3 dense", 97.49)]
    [InlineData("hadamard(dense(w=1.41421356) relu, dense(w=1.41421356) relu) dense", 97.49)]
    public void Digits_are_told_apart(string net, double percent)
    {
        var digits = TestData.Shared("digits.csv.gz");
        Fit(net, $"{digits}[:1200,:-1]", $"{digits}[:1200,-1]");
        Assert.Equal(percent, Accuracy($"{digits}[-597:,:-1]", $"{digits}[-597:,-1]"), Points);
        Assert.Equal([597, 10], Read("Y.npy").Shape);
    }

    [Theory]
    [InlineData("dense(w=1.41421356) relu dense", 96.64)]
    [InlineData("(dense(w=1.41421356) relu)^3 dense", 96.64)]
    [InlineData("hadamard(dense(w=1.41421356) relu, dense(w=1.41421356) relu) dense", 97.16)]
    public void Images_of_digits_are_told_apart(string net, double percent)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "takes a minute; set HNTK_LONG=1.");
        var (x, y) = (TestData.Shared("t10k-images-idx3-ubyte.gz"), TestData.Shared("t10k-labels-idx1-ubyte.gz"));
        Fit(net, $"{x}[:5000]", $"{y}[:5000]");
        Assert.Equal(percent, Accuracy($"{x}[-5000:]", $"{y}[-5000:]"), Points);
    }

    private void Fit(string net, string x, string y) => Run(
        "fit", "--net", net, "--x", x, "--y", y, "--classify", "--center", "--unit", "--ridge", "1e-8", "--model", "m").Succeeded();

    private double Accuracy(string x, string y) =>
        Run("predict", "--model", "m", "--x", x, "--y", y, "--out", "Y.npy", "--json").Json().GetProperty("accuracy").GetDouble();
}
