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
        var kernel = Network.Parse(text).Ntk();
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

    [Theory]
    [InlineData("dense(w=3,b=0.1) tanh dense(w=1.2) abs dense")]
    [InlineData("dense relu dense sigmoid dense relu dense")]
    [InlineData("dense(b=0.3) selu dense")]
    public void They_are_met_where_expectations_have_no_closed_form(string text)
    {
        // (1, 0) and what is turned from it, or turned and reversed, by ever larger angles.
        var angles = new[] { 0, 1e-12, 1e-9, -1e-7, 1e-6, 4.4e-5, 4.6e-5, 1e-4, 2e-4, 1e-3 };
        var rows = angles.Select(a => new[] { Math.Cos(a), Math.Sin(a) }).Append([-1, 1e-8]).ToArray();
        var (x, first) = (new Matrix(rows), new Matrix(rows[..1]));
        var kernel = Network.Parse(text).Ntk();
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            var cross = kernel.Of(kind).Cross(first, x);
            var truth = kernel.Of(kind).Cross(first, x, new() { Backend = Backends.Exact });
            var scale = kernel.Of(kind).Diagonal(first)[0];
            for (var j = 0; j < x.Rows; j++)
            {
                // Tables are true to 1e-14 of T, which an angle th makes 1e-14/th of the tangent kernel.
                Assert.Equal(truth[0, j], cross[0, j], (kind == KernelKind.Nngp ? 1e-13 : 1e-10) * scale);
            }
        }
    }

    [Fact]
    public void The_slope_of_the_tangent_kernel_at_a_small_angle_is_that_of_the_angle()
    {
        // One hidden layer, d = 2, k = 1/2: Theta falls by (th/pi)/2 k = th/(4 pi) from Theta(x, x) = 1/2.
        var gram = Network.Parse("dense relu dense").Ntk().Gram(X);
        Assert.Equal(1e-9 / (4 * Math.PI), gram[0, 0] - gram[0, 1], 1e-16);
        Assert.Equal(gram[0, 0], gram[0, 2]);
    }
}
