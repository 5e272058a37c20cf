using Xunit;

namespace HadamardNtk.Cli.Tests;

public class TroublesomeNumberTests : CommandLine
{
    public TroublesomeNumberTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("1,000")]
    public void A_comma_in_a_ridge_is_refused_and_not_dropped(string ridge) =>
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--ridge", ridge, "--model", "m"], "--ridge", ridge);

    [Theory]
    [InlineData("--ridge", "much")]
    [InlineData("--threads", "many")]
    public void A_number_that_is_none_is_answered_without_names_of_types(string option, string value)
    {
        var said = Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", option, value], option, value);
        Assert.DoesNotContain("System.", said);
    }

    /// <summary>In float64 a factorization may leave a pivot of 1e-16 where it should be 0, of either sign.</summary>
    [Theory]
    [InlineData("dense relu dense")]
    [InlineData(Relu)]
    [InlineData("dense erf dense")]
    public void Duplicate_rows_without_a_ridge_fail_with_the_leading_minor_named(string net)
    {
        Put("twice.npy", new double[,] { { 0.3, 0.7, 0.1 }, { 0.2, 0.5, 0.9 }, { 0.3, 0.7, 0.1 } });
        Put("y3.csv", "1\n2\n3\n");
        Fails(1, ["fit", "--net", net, "--x", "twice.npy", "--y", "y3.csv", "--ridge", "0", "--model", "m"], "leading minor of order 3", "ridge");
        Put("pair.csv", "1,2\n1,2\n");
        Fails(1, ["fit", "--net", net, "--x", "pair.csv", "--y", "y.csv", "--ridge", "0", "--model", "m"], "leading minor of order 2", "ridge");
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("softplus")]
    public void An_activation_without_a_closed_form_is_answered_at_any_variance(string activation)
    {
        Put("big.csv", "1e20,2e19\n3e20,1e20\n");
        using var running = Hntk.Start(Folder, "gram", "--net", $"dense {activation} dense", "--x", "big.csv", "--out", "K.npy");
        var outcome = running.Wait(TimeSpan.FromSeconds(15));
        Assert.True(outcome.Code is 0 or 1, outcome.Error);
    }

    [Fact]
    public void Every_degree_that_the_notation_takes_has_a_kernel()
    {
        Run("gram", "--net", "ncp(degree=20,skip=true) dense", "--x", "x.csv", "--out", "K.npy").Succeeded();
    }
}
