using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The program that the README shows.</summary>
public class ReadmeExample
{
    [Fact]
    public void The_program_in_the_README_does_what_it_says()
    {
        // <readme>
        var network = Network.Parse("ccp(degree=2) dense");         // Network.Ccp(2).Dense()
        Matrix x = new[,] { { -2.0 }, { -1.0 }, { 0.0 }, { 1.0 }, { 2.0 } };
        Matrix y = new[,] { { 4.0 }, { 1.0 }, { 0.0 }, { 1.0 }, { 4.0 } };

        var kernel = network.Ntk();
        Matrix gram = kernel.Gram(x);                               // 5 x 5, the tangent kernel
        KernelValue pair = kernel.EvaluateBoth([1.0], [2.0]);       // pair.Nngp = 6, pair.Ntk = 16

        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-6), Scale = VarianceScale.Estimated };
        var model = KernelRegression.Fit(kernel, x, y, options);
        var prediction = model.Predict(new[,] { { 1.5 }, { 6.0 } }, Uncertainty.Deviation);
        var (lower, upper) = prediction.Interval(0.95);
        Console.WriteLine($"f(6) = {prediction.Mean[1, 0]:F2} in [{lower[1, 0]:F2}, {upper[1, 0]:F2}]");
        // </readme>

        // k = x x': Sigma = k (1 + k), Theta = 2 k + 3 k^2.
        Assert.Equal(new KernelValue(6, 16), pair);
        Assert.Equal(16, gram[3, 4]);
        Assert.Equal("36.00 in [35.98, 36.02]", $"{prediction.Mean[1, 0]:F2} in [{lower[1, 0]:F2}, {upper[1, 0]:F2}]");
        Assert.InRange(2.25, lower[0, 0], upper[0, 0]);
        Assert.InRange(36, lower[1, 0], upper[1, 0]);

        // x^2 has the norm 1/sqrt(3), so that s^2 = y'(K + r I)^-1 y/n is nearly 1/15.
        Assert.Equal(1 / 15.0, model.DeviationScales[0] * model.DeviationScales[0], 1e-4);
    }
}
