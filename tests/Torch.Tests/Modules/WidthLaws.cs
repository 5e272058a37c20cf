using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>The tangent kernel of products of N factors fluctuates around its limit as the root of a known constant over the width.</summary>
public sealed class WidthLaws : IDisposable
{
    private const int Seeds = 100;

    private static readonly int[] Widths = [128, 512, 2048, 8192];

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    // The standard error of a variance over 100 seeds is 14 % at least, and grows with the tails of the factors' products;
    // that of the root mean square over four widths is some 5 %.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Deviations_are_the_root_of_the_constant_over_the_width(int factors)
    {
        var network = Network.Parse($"hadamard({string.Join(", ", Enumerable.Repeat("dense(w=1.41421356) relu", factors))}) dense");
        var x = torch.tensor(new[] { Math.Cos(0.7), Math.Sin(0.7) }, [1, 2]) * Math.Sqrt(2);
        var limit = network.Ntk().Diagonal(Matrix.Wrap(Small.Get(x), 1, 2))[0];
        var constant = WidthAdvice.ReluProduct(factors).Constant;
        double[] scaled = [.. Widths.Select(width => Enumerable.Range(0, Seeds).Average(seed =>
        {
            using var module = network.ToModule(2, width, seed, Precision.Float64);
            return width * Math.Pow((ModuleTangentKernel.Create(module).Diagonal(x)[0] / limit) - 1, 2) / constant;
        }))];
        Assert.InRange(Math.Sqrt(scaled.Average()), 0.8, 1.25);

        // The slope of log deviation against log width is that of 1/sqrt(m).
        double[] logs = [.. Widths.Zip(scaled, (m, s) => 0.5 * Math.Log(s * constant / m))];
        double[] widths = [.. Widths.Select(m => Math.Log(m))];
        var slope = widths.Zip(logs, (w, l) => (w - widths.Average()) * (l - logs.Average())).Sum() / widths.Sum(w => Math.Pow(w - widths.Average(), 2));
        Assert.InRange(slope, -0.6, -0.4);
    }
}
