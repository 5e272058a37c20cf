using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Rows whose angle float64 moments do not know: the cpu backend has the angle from the rows.</summary>
public class NearlyCollinearRows
{
    private static readonly Matrix X = new double[,] { { 1, 0 }, { 1, 1e-9 }, { 1, 0 }, { 3, 3e-12 }, { -1, 1e-8 }, { 0, 0 } };

    [Theory]
    [InlineData("dense relu dense")]
    [InlineData("(dense(w=1.41421356) relu)^3 dense")]
    [InlineData("(dense(w=1.41421356,b=0.05) leaky_relu)^10 dense")]
    [InlineData("hadamard(dense abs, dense relu) dense")]
    public void They_are_met_to_rounding(string text)
    {
        var kernel = Network.Parse(text).Kernel();
        var gram = kernel.Gram(X);
        var truth = kernel.Gram(X, options: new() { Backend = Backends.Exact });
        for (var i = 0; i < X.Rows; i++)
        {
            for (var j = 0; j < X.Rows; j++)
            {
                // As for any other pair: a few roundings a layer.
                Assert.Equal(truth[i, j], gram[i, j], 1e-14 * Math.Sqrt(truth[i, i] * truth[j, j]));
            }
        }
    }

    [Fact]
    public void The_slope_of_the_tangent_kernel_at_a_small_angle_is_that_of_the_angle()
    {
        // One hidden layer, d = 2, k = 1/2: Theta falls by (th/pi)/2 k = th/(4 pi) from Theta(x, x) = 1/2.
        var gram = Network.Parse("dense relu dense").Kernel().Gram(X);
        Assert.Equal(1e-9 / (4 * Math.PI), gram[0, 0] - gram[0, 1], 1e-16);
        Assert.Equal(gram[0, 0], gram[0, 2]);
    }
}
