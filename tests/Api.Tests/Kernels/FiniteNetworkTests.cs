using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Finite;

public class FiniteNetworkTests
{
    private static readonly Network Net = Network.Parse("dense(b=0.1) relu dense(width=3)");
    private static readonly Matrix X = Samples.Random(6, 4, 1);

    [Fact]
    public void It_knows_what_it_was_made_of()
    {
        var finite = FiniteNetwork.Create(Net, 8, 4, 5);
        Assert.Equal((Net, 8, 4, 5L), (finite.Network, finite.Width, finite.Features, finite.Seed));
        Assert.Equal((3, (8 * 4) + 8 + (3 * 8)), (finite.Channels, finite.ParameterCount));
    }

    [Fact]
    public void The_tangent_kernel_is_the_mean_over_channels_of_the_gradients_inner_products()
    {
        var finite = FiniteNetwork.Create(Net, 8, 4, 5);
        var others = X.SelectRows(2, 3);
        var kernel = finite.Ntk().Cross(X, others);
        Assert.Equal((6, 3), (kernel.Rows, kernel.Columns));
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var sum = Enumerable.Range(0, 3).Sum(c => finite.Gradient(X.Row(i), c).Zip(finite.Gradient(others.Row(j), c)).Sum(p => p.First * p.Second));
                Assert.Equal(sum / 3, kernel[i, j], 1e-12);
            }
        }

        var all = finite.Ntk().Gram(X);
        Assert.All(Enumerable.Range(0, 36), k => Assert.Equal(all[k / 6, k % 6], all[k % 6, k / 6]));
    }

    [Fact]
    public void Outputs_are_those_of_the_seed()
    {
        var outputs = FiniteNetwork.Create(Net, 8, 4, 5).Outputs(X);
        Assert.Equal((6, 3), (outputs.Rows, outputs.Columns));
        Assert.Equal(outputs.Data, FiniteNetwork.Create(Net, 8, 4, 5).Outputs(X).Data);
        Assert.NotEqual(outputs.Data, FiniteNetwork.Create(Net, 8, 4, 6).Outputs(X).Data);
        Assert.Equal(0, FiniteNetwork.Create(Net, 8, 4, 5).Outputs(Matrix.Wrap([], 0, 4)).Rows);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name()
    {
        var finite = FiniteNetwork.Create(Net, 8, 4, 5);
        Assert.Throws<ArgumentNullException>("network", () => FiniteNetwork.Create(null!, 8, 4, 5));
        Assert.Throws<ArgumentException>("width", () => FiniteNetwork.Create(Net, 0, 4, 5));
        Assert.Throws<ArgumentException>("features", () => FiniteNetwork.Create(Net, 8, 0, 5));
        Assert.Throws<ArgumentException>("network", () => FiniteNetwork.Create(Network.Parse("dense relu bottleneck(width=2)"), 8, 4, 5));
        Assert.Throws<ArgumentNullException>("x", () => finite.Ntk().Gram(null!));
        Assert.Throws<ArgumentException>("x", () => finite.Ntk().Gram(Samples.Random(2, 3, 1)));
        Assert.Throws<ArgumentException>("other", () => finite.Ntk().Cross(X, Samples.Random(2, 3, 1)));
        Assert.Throws<ArgumentException>("x", () => finite.Outputs(Samples.Random(2, 3, 1)));
        Assert.Throws<ArgumentException>("channel", () => finite.Gradient(X.Row(0), 3));
        Assert.Throws<ArgumentException>("x", () => finite.Gradient([1, 2]));
    }

    [Fact]
    public void An_overflow_names_the_first_row()
    {
        var finite = FiniteNetwork.Create(Net, 8, 1, 5);
        var error = Assert.Throws<ArithmeticException>(() => finite.Ntk().Gram(new double[,] { { 1 }, { 1e200 }, { 1e300 } }));
        Assert.Contains("row 1", error.Message);
    }

    [Fact]
    public void It_can_be_cancelled() => Assert.ThrowsAny<OperationCanceledException>(
        () => FiniteNetwork.Create(Net, 8, 4, 5).Ntk().Gram(X, null, new CancellationToken(true)));
}
