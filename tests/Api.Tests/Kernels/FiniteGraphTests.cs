using HadamardNtk.Api.Tests.Kernels;
using Xunit;

namespace HadamardNtk.Api.Tests.Finite;

/// <summary>Networks of finite width on graphs have the kernels of GraphKernel on average, and those of their gradients each.</summary>
public class FiniteGraphTests
{
    private static readonly Network Net = Network.Parse("aggregate dense(b=0.2) relu aggregate dense(width=3) global_sum_pool");
    private static readonly GraphSet X = GraphSamples.Random(4, 5, 2, 1);

    [Fact]
    public void The_tangent_kernel_is_the_mean_over_channels_of_the_gradients_inner_products()
    {
        var finite = FiniteNetwork.Create(Net, 8, X.Features, 5);
        var (kernel, others) = (finite.GraphKernel(), X.Select([2, 0]));
        var (cross, gram, diagonal) = (kernel.Cross(X, others), kernel.Gram(X), kernel.Diagonal(X));
        Assert.Equal((4, 2, 3), (cross.Rows, cross.Columns, finite.Channels));
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 2; j++)
            {
                var sum = Enumerable.Range(0, 3).Sum(c => finite.Gradient(X[i], c).Zip(finite.Gradient(others[j], c)).Sum(p => p.First * p.Second));
                Assert.Equal(sum / 3, cross[i, j], 1e-12 * Math.Sqrt(gram[i, i] * gram[2, 2]));
                Assert.Equal(cross[i, j], gram[i, j == 0 ? 2 : 0]);
                Assert.Equal(gram[i, j], gram[j, i]);
            }

            Assert.Equal(gram[i, i], diagonal[i]);
        }
    }

    [Fact]
    public void Second_moments_are_those_of_the_outputs()
    {
        var finite = FiniteNetwork.Create(Net, 8, X.Features, 5);
        var (outputs, moments) = (finite.Outputs(X), finite.GraphKernel(KernelKind.Nngp).Gram(X));
        Assert.Equal((4, 3), (outputs.Rows, outputs.Columns));
        Assert.All(Enumerable.Range(0, 16), k =>
            Assert.Equal(Enumerable.Range(0, 3).Sum(c => outputs[k / 4, c] * outputs[k % 4, c]) / 3, moments[k / 4, k % 4], 1e-12 * moments[k / 4, k / 4]));
    }

    [Fact]
    public void The_order_of_vertices_changes_nothing_but_roundings()
    {
        var kernel = FiniteNetwork.Create(Net, 8, X.Features, 5).GraphKernel();
        var permuted = kernel.Cross(X, new([.. X.Select((graph, k) => GraphSamples.Permuted(graph, k))]));
        var gram = kernel.Gram(X);
        Assert.All(Enumerable.Range(0, 16), k =>
            Assert.Equal(gram[k / 4, k % 4], permuted[k / 4, k % 4], 1e-12 * Math.Sqrt(gram[k / 4, k / 4] * gram[k % 4, k % 4])));
    }

    /// <summary>
    /// The error of the mean over seeds is at most five of its standard errors, and 2/m of sqrt(K_ii K_jj) where several
    /// hidden layers follow one another: with one hidden layer E Theta_m = Theta at every width. One of 128 entries is five
    /// standard errors off by chance once in 10,000.
    /// </summary>
    [Theory]
    [InlineData("aggregate dense(b=0.3) relu global_sum_pool dense", 24, 0)]
    [InlineData("aggregate(kind=mean) dense erf global_avg_pool dense", 24, 0)]
    [InlineData("gntk(blocks=2) dense", 64, 2)]
    [InlineData("aggregate hadamard(dense(w=1.2) relu, dense(b=0.4) erf) aggregate dense relu global_sum_pool dense", 64, 2)]
    public void Wide_networks_on_graphs_have_the_kernels_of_infinite_width_on_average(string text, int width, int bias)
    {
        var network = Network.Parse(text);
        foreach (var kind in new[] { KernelKind.Ntk, KernelKind.Nngp })
        {
            var limit = network.GraphKernel(kind).Gram(X);
            var average = KernelAverage.Of(
                Enumerable.Range(1, 300).Select(s => (long)s),
                seed => FiniteNetwork.Create(network, width, X.Features, seed).GraphKernel(kind).Gram(X));
            for (var k = 0; k < 16; k++)
            {
                var (i, j) = (k / 4, k % 4);
                var scale = Math.Sqrt(limit[i, i] * limit[j, j]);
                var bound = (5 * average.StandardError[i, j]) + (((double)bias / width) + 1e-12) * scale;
                Assert.True(
                    Math.Abs(average.Mean[i, j] - limit[i, j]) <= bound,
                    $"{kind} of {text} at ({i}, {j}): {average.Mean[i, j]:R} is not {limit[i, j]:R} within {bound:R}");
                // The law would say nothing if the errors were large.
                Assert.True(bound < 0.6 * scale, $"{kind} of {text} at ({i}, {j}): {bound / scale:R}");
            }
        }
    }

    [Fact]
    public void Models_take_it()
    {
        var kernel = FiniteNetwork.Create(Network.Parse("aggregate dense relu global_sum_pool dense"), 64, X.Features, 1).GraphKernel();
        var y = new Matrix(new double[,] { { 1 }, { -1 }, { 2 }, { 0.5 } });
        var model = KernelRegression.Fit(kernel, X, y, new() { Ridge = Ridge.Absolute(1e-10) });
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(y[i, 0], model.Predict(X).Mean[i, 0], 1e-3));
        Assert.Contains("at width 64, on graphs", kernel.ToString());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var finite = FiniteNetwork.Create(Net, 8, X.Features, 5);
        var others = GraphSamples.Random(2, 4, 3, 2);
        Assert.Contains("2 features", Assert.Throws<ArgumentException>("x", () => finite.GraphKernel().Gram(others)).Message);
        Assert.Throws<ArgumentException>("other", () => finite.GraphKernel().Cross(X, others));
        Assert.Throws<ArgumentException>("x", () => finite.GraphKernel().Diagonal(others));
        Assert.Throws<ArgumentException>("x", () => finite.Outputs(others));
        Assert.Throws<ArgumentException>("x", () => finite.Gradient(others[0]));
        Assert.Throws<ArgumentException>("channel", () => finite.Gradient(X[0], 3));
        Assert.Throws<ArgumentNullException>("x", () => finite.GraphKernel().Gram(null!));
        Assert.Throws<ArgumentNullException>("other", () => finite.GraphKernel().Cross(X, null!));
        Assert.Throws<ArgumentNullException>("network", () => ((FiniteNetwork)null!).GraphKernel());
        var flat = FiniteNetwork.Create(Network.Parse("dense relu dense"), 8, X.Features, 5);
        Assert.Contains("reads no graphs", Assert.Throws<ArgumentException>(() => flat.GraphKernel().Gram(X)).Message);
        Assert.Contains("a row came", Assert.Throws<ArgumentException>(() => finite.Ntk().Gram(Samples.Random(2, X.Features, 1))).Message);
        var great = new GraphSet([X[1], new Graph(Matrix.Wrap([1e200, 1e300], 1, 2), [[]])]);
        Assert.Contains("graph 1", Assert.Throws<ArithmeticException>(() => finite.GraphKernel().Gram(great)).Message);
        Assert.ThrowsAny<OperationCanceledException>(() => finite.GraphKernel().Gram(X, null, new(true)));
        Assert.Equal(0, finite.GraphKernel().Gram(new([])).Rows);
    }
}
