using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Kernels of networks on images by whole blocks, as any other kernel.</summary>
public class BlockKernels
{
    private const string Net = "image(4x3x2) hadamard(conv(w=he,b=0.1) relu, conv erf) avg_pool(k=2x1) conv relu flatten dense";

    private static readonly Matrix X = Samples.Random(7, 24, 1);
    private static readonly Matrix New = Samples.Random(4, 24, 2);

    [Fact]
    public void Gram_cross_and_diagonal_belong_together()
    {
        foreach (var kind in new[] { KernelKind.Ntk, KernelKind.Nngp })
        {
            var kernel = Network.Parse(Net).BlockKernel(kind);
            var gram = kernel.Gram(X);
            Samples.SameBits(gram, kernel.Gram(X, new() { Threads = 1 }), "one thread");
            var cross = kernel.Cross(X, X);
            for (var i = 0; i < 7; i++)
            {
                Assert.Equal(gram[i, i], kernel.Diagonal(X)[i]);
                for (var j = 0; j < 7; j++)
                {
                    Assert.Equal(gram[i, j], gram[j, i]);
                    Assert.Equal(gram[Math.Max(i, j), Math.Min(i, j)], cross[Math.Max(i, j), Math.Min(i, j)]);
                    Assert.Equal(gram[i, j], cross[i, j], 1e-12 * Math.Abs(gram[i, i]));
                }
            }
        }
    }

    [Fact]
    public void Flat_networks_have_their_kernel()
    {
        var network = Network.Parse("hadamard(dense(he,b=0.3) relu, dense) dense relu dense");
        foreach (var kind in new[] { KernelKind.Ntk, KernelKind.Nngp })
        {
            var expected = network.Kernel(kind).Gram(X);
            Assert.InRange(Samples.Worst(expected, network.BlockKernel(kind).Gram(X)), 0, 1e-11 * Samples.Size(expected));
        }
    }

    [Fact]
    public void Regression_and_dynamics_take_it()
    {
        var kernel = Network.Parse(Net).BlockKernel();
        var y = Samples.Random(7, 2, 3);
        var model = KernelRegression.Fit(kernel, X, y, new() { Ridge = Ridge.Absolute(0) });
        Assert.InRange(Samples.Worst(y, model.Predict(X).Mean), 0, 1e-8);
        Assert.Equal(4, model.Predict(New).Mean.Rows);
        Assert.Equal(KernelKind.Nngp, Assert.IsType<BlockKernel>(((IKernel<Matrix>)kernel).Prior).Kind);
        Assert.Contains("by blocks", kernel.ToString());
    }

    [Fact]
    public void What_it_cannot_read_is_refused()
    {
        Assert.Contains("ends on images", Refused("image(4x3x2) conv").Message);
        Assert.Contains("graphs", Refused("aggregate dense global_sum_pool dense").Message);
        Assert.Contains("flat rows", Refused("dense flatten dense").Message);
        var kernel = Network.Parse(Net).BlockKernel();
        Assert.Contains("24 features", Assert.Throws<ArgumentException>(() => kernel.Gram(Samples.Random(2, 23, 1))).Message);
        var norm = Network.Parse("image(2x1x1) dense layer_norm(eps=0) relu flatten dense").BlockKernel();
        var dark = Matrix.Wrap([1, 2, 0, 1], 2, 2);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => norm.Gram(dark)).Row);
        Assert.Throws<OperationCanceledException>(() => kernel.Gram(X, null, new(true)));
    }

    private static NetworkRefusedException Refused(string network) =>
        Assert.Throws<NetworkRefusedException>(() => Network.Parse(network).BlockKernel());
}
