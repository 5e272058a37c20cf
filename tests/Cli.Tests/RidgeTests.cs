using Xunit;

namespace HadamardNtk.Cli.Tests;

public class RidgeTests : CommandLine
{
    public RidgeTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
    }

    // The mean of K's diagonal is 3.
    [Theory]
    [InlineData(0.25, "--ridge", "0.25")]
    [InlineData(0, "--ridge", "0")]
    [InlineData(0.003, "--ridge", "3e-3")]
    [InlineData(1.5, "--ridge-relative", "0.5")]
    [InlineData(3e-8)]
    public void It_is_absolute_or_relative_to_the_mean_diagonal(double expected, params string[] options)
    {
        var json = Run(["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", "--json", .. options]).Json();
        Assert.Equal(expected, json.GetProperty("ridge").GetDouble(), 1e-15);
    }

    [Theory]
    [InlineData("--ridge", "--ridge", "-1")]
    [InlineData("--ridge", "--ridge", "nan")]
    [InlineData("--ridge", "--ridge", "inf")]
    [InlineData("--ridge", "--ridge", "1e999")]
    [InlineData("--ridge", "--ridge", "much")]
    [InlineData("--ridge", "--ridge", "")]
    [InlineData("--ridge-relative", "--ridge-relative", "-0.5")]
    [InlineData("not both", "--ridge", "1", "--ridge-relative", "1")]
    [InlineData("--ridge", "--ridge", "1", "--ridge", "2")]
    [InlineData("cholesky or eigen or cg or falkon", "--solver", "lu")]
    public void A_wrong_one_is_refused_and_no_model_is_left(string part, params string[] options) =>
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", .. options], part);
}
