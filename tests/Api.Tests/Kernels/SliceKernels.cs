using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Kernels of networks on images and sequences, as any kernel of infinite width.</summary>
public class SliceKernels
{
    private const string Net = "image(4x3x2) hadamard(conv(w=he,b=0.1) relu, conv erf) avg_pool(k=2x1) conv relu flatten dense";

    private static readonly Matrix X = Samples.Random(37, 24, 1);
    private static readonly Matrix New = Samples.Random(4, 24, 2);

    [Fact]
    public void They_are_those_of_whole_blocks_on_every_path()
    {
        foreach (var kind in new[] { KernelKind.Ntk, KernelKind.Nngp })
        {
            var kernel = Network.Parse(Net).Kernel(kind);
            var expected = Network.Parse(Net).BlockKernel(kind).Gram(X);
            var tolerance = 3e-9 * Samples.Size(expected);
            var gram = kernel.Gram(X);
            Assert.InRange(Samples.Worst(expected, gram), 0, tolerance);
            Assert.InRange(Samples.Worst(expected, kernel.Gram(X, new() { Backend = Backends.Reference })), 0, 1e-14 * Samples.Size(expected));
            Assert.InRange(Samples.Worst(gram, kernel.Gram(X, new() { Precision = Precision.Float32 })), 0, 2e-6 * Samples.Size(gram));
            var v = Samples.Random(37, 2, 3);
            var product = kernel.Multiply(X, v);
            var cross = kernel.Multiply(New, v, X);
            var rows = kernel.Cross(New, X);
            for (var c = 0; c < 2; c++)
            {
                Assert.Equal(Enumerable.Range(0, 37).Sum(j => gram[5, j] * v[j, c]), product[5, c], 1e-10);
                Assert.Equal(Enumerable.Range(0, 37).Sum(j => rows[3, j] * v[j, c]), cross[3, c], 1e-10);
            }
        }
    }

    [Fact]
    public void Regression_serves_images()
    {
        var kernel = Network.Parse(Net).Ntk();
        var y = Samples.Random(37, 2, 3);
        var model = KernelRegression.Fit(kernel, X, y, new() { Ridge = Ridge.Absolute(0) });
        Assert.InRange(Samples.Worst(y, model.Predict(X).Mean), 0, 1e-8);
        var prepared = kernel.Prepare(X);
        Samples.SameBits(kernel.Cross(New, X), kernel.Cross(New, prepared), "prepared samples");
        Samples.SameBits(kernel.Gram(X), kernel.Gram(prepared), "prepared samples among themselves");
    }

    [Theory]
    [InlineData(Precision.Float64)]
    [InlineData(Precision.Float32)]
    public void Tables_of_series_are_kept_for_some_samples_at_a_time_without_changing_a_bit(Precision precision)
    {
        var kernel = Network.Parse("image(4x3x2) conv(w=1.4,b=0.1) tanh conv relu flatten dense swish dense").Ntk();
        var (x, other) = (Samples.Random(150, 24, 7), Samples.Random(70, 24, 8));
        // Rows in different panels that are nearly equal, whose pair float32 does not resolve.
        for (var k = 0; k < 24; k++)
        {
            x.Data[(140 * 24) + k] = x.Data[(3 * 24) + k] * (1 + 1e-5 * Math.Sin(k));
        }

        var raised = 0L;
        GramOptions usual = new() { Precision = precision };
        var little = usual with
        {
            Backend = new CpuBackend(new CpuSettings { SliceBytes = 1 }),
            PrecisionReport = new Counts(report => raised = report.Float64),
        };
        Samples.SameBits(kernel.Gram(x, usual), kernel.Gram(x, little), "symmetric");
        Assert.Equal(precision == Precision.Float32, raised > 0);
        Samples.SameBits(kernel.Cross(x, other, usual), kernel.Cross(x, other, little), "rectangular");
        Samples.SameBits(kernel.Cross(other, x, usual), kernel.Cross(other, x, little), "the other way");

        var damaged = Matrix.Wrap([.. x.Data], 150, 24);
        damaged.Data[(130 * 24) + 5] = 1e300;
        Assert.Equal(130, Assert.Throws<KernelUndefinedException>(() => kernel.Gram(damaged, little)).Row);
        Assert.Equal(130, Assert.Throws<KernelUndefinedException>(() => kernel.Gram(damaged, usual)).Row);
    }

    [Fact]
    public void Kernels_of_many_samples_with_themselves_are_the_diagonal()
    {
        var kernel = Network.Parse("image(2x2x1) conv tanh flatten dense").Ntk();
        var x = Samples.Random(300, 4, 9);
        var (gram, diagonal) = (kernel.Gram(x), kernel.Diagonal(x));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => gram[i, i]), diagonal);
        x.Data[(280 * 4) + 1] = 1e300;
        Assert.Equal(280, Assert.Throws<KernelUndefinedException>(() => kernel.Diagonal(x)).Row);
    }

    [Theory]
    [InlineData("image(4x3x2) conv relu conv(trained=false) layer_norm flatten")]
    [InlineData("image(4x3x2) conv relu conv(trained=false) erf dense(trained=false) layer_norm flatten")]
    [InlineData("image(4x3x2) conv(trained=false) relu flatten dense(trained=false)")]
    [InlineData("image(4x3x2) global_sum_pool")]
    [InlineData("image(4x3x2) flatten")]
    [InlineData("image(4x3x2) conv(k=9x1) relu avg_pool(k=7x1,stride=1,pad=same) flatten dense")]
    [InlineData("image(4x3x2) conv(param=standard,width=8) relu global_avg_pool dense(param=standard,width=4) relu dense")]
    [InlineData("let z = image(4x3x2) conv relu in hadamard(z conv(stride=2), z conv relu conv(stride=2)) flatten dense")]
    [InlineData("image(4x3x2) conv relu flatten dense relu dense")]
    [InlineData("image(4x3x2) conv(w=9,b=1) tanh conv(w=30) tanh flatten dense")]
    [InlineData("image(4x3x2) conv(w=30) sigmoid conv(w=100) swish global_avg_pool dense")]
    [InlineData("image(4x6x1) conv(w=30) tanh conv(w=30) tanh global_avg_pool dense")]
    [InlineData("image(4x3x2) conv(pad=circular,k=5x7) tanh flatten dense elu dense")]
    [InlineData("image(4x3x2) conv relu conv(pad=circular,stride=3) mish conv(stride=2) relu conv(pad=circular) relu global_avg_pool dense")]
    [InlineData("image(4x3x2) conv(pad=circular) softplus avg_pool(k=5x2,stride=3x1,pad=circular) conv(pad=circular) relu flatten dense")]
    [InlineData("sum(image(4x3x2) conv(pad=circular) swish, image(4x3x2) conv softplus, constant) conv selu global_sum_pool dense")]
    [InlineData("image(4x3x2) dense(trained=false) layer_norm(eps=0) dense(trained=false) tanh flatten dense tanh dense")]
    public void Networks_that_are_rare_have_the_values_of_blocks(string net)
    {
        var x = Samples.Random(5, 24, 4);
        // The second and third rows are nearly equal.
        for (var k = 0; k < 24; k++)
        {
            x.Data[48 + k] = x.Data[24 + k] * (1 + 1e-4 * Math.Sin(k));
        }

        foreach (var kind in new[] { KernelKind.Nngp, KernelKind.Ntk })
        {
            var expected = Network.Parse(net).BlockKernel(kind).Gram(x);
            var kernel = Network.Parse(net).Kernel(kind);
            var size = Math.Max(Samples.Size(expected), 1e-3);
            Assert.InRange(Samples.Worst(expected, kernel.Gram(x)), 0, 3e-9 * size);
            Assert.InRange(Samples.Worst(expected, kernel.Gram(x, new() { Precision = Precision.Float32 })), 0, 2e-6 * size);
            Assert.Equal(kernel.Gram(x)[1, 1], kernel.Diagonal(x)[1]);
            Assert.Equal(kernel.Gram(x)[0, 2], kernel.Evaluate(x.Row(0), x.Row(2)));
        }
    }

    [Fact]
    public void Functions_of_your_own_with_kinks_and_jumps_have_the_values_of_blocks()
    {
        var step = Activation.Custom("step", x => x > 0.5 ? 1 : 0);
        var ramp = Activation.Custom("ramp", x => Math.Clamp(x, -1, 1));
        var x = Samples.Random(4, 24, 6);
        x.Row(0).CopyTo(x.Data.AsSpan(24, 24));
        foreach (var net in new[]
        {
            "image(4x3x2) conv(w=1.5,b=0.2) step conv(k=2) ramp flatten dense",
            "image(4x3x2) conv(w=1.5,pad=circular) ramp global_avg_pool dense",
        })
        {
            foreach (var kind in new[] { KernelKind.Nngp, KernelKind.Ntk })
            {
                var network = Network.Parse(net, [step, ramp]);
                var expected = network.BlockKernel(kind).Gram(x);
                var gram = network.Kernel(kind).Gram(x);
                Assert.InRange(Samples.Worst(expected, gram), 0, 3e-9 * Samples.Size(expected));
                Assert.Equal(gram[0, 0], gram[0, 1]);
                var single = network.Kernel(kind).Gram(x, new() { Precision = Precision.Float32 });
                Assert.InRange(Samples.Worst(expected, single), 0, 2e-6 * Samples.Size(expected));
            }
        }
    }

    [Fact]
    public void Squares_that_float32_does_not_hold_are_taken_in_float64()
    {
        var x = Samples.Random(3, 24, 5);
        var tiny = Matrix.Wrap([.. x.Data.Select(v => 1e-30 * v)], 3, 24);
        var kernel = Network.Parse("image(4x3x2) conv(k=1x1) sign flatten dense").Nngp();
        var exact = kernel.Gram(tiny);
        Assert.Equal(1, exact[0, 0], 1e-12);
        Assert.InRange(Samples.Worst(exact, kernel.Gram(tiny, new() { Precision = Precision.Float32 })), 0, 1e-6);
    }

    [Fact]
    public void Bad_samples_are_refused()
    {
        var kernel = Network.Parse(Net).Ntk();
        Assert.Contains("24 features", Assert.Throws<ArgumentException>(() => kernel.Gram(Samples.Random(2, 23, 1))).Message);
        Assert.Contains("24 features", Assert.Throws<ArgumentException>(() => kernel.Cross(Samples.Random(2, 25, 1), Samples.Random(2, 25, 1))).Message);
        Assert.Contains("24 features", Assert.Throws<ArgumentException>(() => kernel.Diagonal(Samples.Random(2, 23, 1))).Message);
        Assert.Throws<OperationCanceledException>(() => kernel.Gram(X, null, new(true)));
        var norm = Network.Parse("image(2x1x1) dense layer_norm(eps=0) relu flatten dense").Ntk();
        var dark = Matrix.Wrap([1, 2, 0, 1], 2, 2);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => norm.Gram(dark)).Row);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => norm.Diagonal(dark)).Row);
        var unknown = X.SelectRows(0, 3);
        unknown.Data[2 * 24] = double.NaN;
        var flat = Network.Parse("image(4x3x2) flatten dense").Ntk();
        Assert.Equal(2, Assert.Throws<KernelUndefinedException>(() => flat.Gram(unknown)).Row);
        Assert.Equal(2, Assert.Throws<KernelUndefinedException>(() => Network.Parse("image(4x3x2) conv tanh flatten dense").Ntk().Diagonal(unknown)).Row);
        Assert.Throws<NetworkRefusedException>(() => kernel.Gram(X, new() { Backend = Backends.Exact }));
    }

    [Theory]
    [InlineData("(conv(w=1.41421356,b=0.1) relu)^3 flatten dense")]
    [InlineData("(conv(w=1.41421356) relu)^6 flatten dense")]
    [InlineData("conv(w=1.41421356) relu avg_pool conv(w=1.41421356) relu flatten dense")]
    [InlineData("(conv(w=1.41421356,b=0.1) tanh)^3 flatten dense")]
    [InlineData("(conv(w=1.41421356,pad=circular) relu)^3 flatten dense")]
    public void Flat_backgrounds_and_equal_images_lose_no_digits_in_float32(string net)
    {
        var x = DataFile.ReadMatrix(SharedData.Require("t10k-images-idx3-ubyte.gz") + "[0:12]");
        var values = x.Data.Select(v => v / 255).ToArray();
        for (var k = 0; k < 784; k++)
        {
            values[784 + k] = values[k];
            values[3 * 784 + k] = 0.5 * values[2 * 784 + k];
            values[5 * 784 + k] = values[4 * 784 + k] + (k == 100 ? 1e-3 : 0);
        }

        var images = Matrix.Wrap(values, 12, 784);
        var kernel = Network.Parse($"image(28x28x1) {net}").Ntk();
        var counted = new Lanes();
        var exact = kernel.Gram(images);
        var single = kernel.Gram(images, new() { Precision = Precision.Float32, Lanes = counted });
        for (var i = 0; i < 12; i++)
        {
            for (var j = 0; j < 12; j++)
            {
                Assert.InRange(Math.Abs(single[i, j] - exact[i, j]) / Math.Sqrt(exact[i, i] * exact[j, j]), 0, 2e-6);
            }
        }

        // At most the nearly equal images, the multiple and a few more are computed in float64.
        Assert.InRange(counted.Double, 0, 12);
    }

    private sealed class Counts(Action<PrecisionReport> take) : IProgress<PrecisionReport>
    {
        public void Report(PrecisionReport value) => take(value);
    }
}
