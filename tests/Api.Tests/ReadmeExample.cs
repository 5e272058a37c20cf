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

        var model = KernelRegression.Fit(kernel, x, y, new() { Ridge = Ridge.Absolute(1e-6) });
        var prediction = model.Predict(new[,] { { 1.5 }, { 6.0 } }, Uncertainty.Deviation);
        Console.WriteLine($"f(6) = {prediction.Mean[1, 0]:F2} ± {prediction.Deviation?[1]:F2}");
        // </readme>

        // k = x x': Sigma = k (1 + k), Theta = 2 k + 3 k^2.
        Assert.Equal(new KernelValue(6, 16), pair);
        Assert.Equal(16, gram[3, 4]);
        var (mean, deviation, _) = prediction;
        Assert.Equal("36.00 ± 0.01", $"{mean[1, 0]:F2} ± {deviation![1]:F2}");

        // The deviation bounds the error of all functions of norm 1 at most; x^2 has the norm 1/sqrt(3).
        Assert.Equal(2.25, mean[0, 0], deviation[0]);
        Assert.Equal(36, mean[1, 0], deviation[1]);
    }
}
