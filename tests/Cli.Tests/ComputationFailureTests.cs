using Xunit;

namespace HadamardNtk.Cli.Tests;

public class ComputationFailureTests : CommandLine
{
    [Theory]
    [InlineData("dense gaussian(b=1) dense", 10, "gaussian(b=1)")]
    [InlineData("dense exp dense", 200, "exp")]
    [InlineData("dense monomial(k=30) dense", 1e8, "monomial(k=30)")]
    [InlineData("dense", 1e200, "input")]
    public void A_kernel_that_is_not_finite_names_the_row_and_the_layer(string net, double size, string layer)
    {
        Put("x.npy", new double[,] { { 0.1, 0.2 }, { 0.2, 0.1 }, { size, size }, { 0.1, 0.1 } });
        foreach (var backend in new[] { "cpu", "reference" })
        {
            Fails(1, ["gram", "--net", net, "--x", "x.npy", "--backend", backend, "--out", "K.npy"], "row 2", layer);
        }
    }

    [Fact]
    public void Fitting_and_predicting_fail_alike()
    {
        Put("x.csv", "0.1,0.2\n0.2,0.1\n");
        Put("huge.csv", "0.1,0.2\n1e200,1\n");
        Put("y.csv", "1\n2\n");
        Fails(1, ["fit", "--net", Relu, "--x", "huge.csv", "--y", "y.csv", "--model", "m"], "row 1", "input");
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--model", "m").Succeeded();
        Fails(1, ["predict", "--model", "m", "--x", "huge.csv", "--out", "Y.npy", "--std"], "row 1", "input");
    }

    [Fact]
    public void A_value_beyond_half_precision_says_to_take_the_full_one()
    {
        Put("x.csv", "1e20,1e20\n");
        Fails(1, ["gram", "--net", "dense", "--x", "x.csv", "--precision", "f32", "--out", "K.npy"], "1E+40", "float64");
        Run("gram", "--net", "dense", "--x", "x.csv", "--out", "K.npy").Succeeded();
    }
}
