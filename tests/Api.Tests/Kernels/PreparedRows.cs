using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Samples that are prepared once give the matrices of the samples themselves, to the last bit.</summary>
public class PreparedRows
{
    private const string Relu = "(dense(w=1.3) relu)^2 dense";
    private const string Tanh = "(dense(w=1.5) tanh)^2 dense";

    [Theory]
    [InlineData(Relu, 1, 300)]
    [InlineData(Relu, 70, 300)]
    [InlineData(Relu, 300, 7)]
    [InlineData("dense(w=1.3) relu dense(b=0.5) tanh dense", 5, 90)]
    [InlineData(Tanh, 1, 80)]
    [InlineData(Tanh, 90, 5)]
    [InlineData(Tanh, 9, 5)]
    [InlineData("hadamard(dense relu, dense) dense", 9, 130)]
    public void Prepared_samples_change_no_bit(string network, int rows, int columns)
    {
        var kernel = Network.Parse(network).Ntk();
        var x = Samples.Random(rows, 5, 1);
        var other = WithNeighbours(Samples.Random(columns, 5, 2), x);
        foreach (var precision in new[] { Precision.Float64, Precision.Float32 })
        {
            var options = new GramOptions { Precision = precision };
            var prepared = kernel.Prepare(other);
            for (var turn = 0; turn < 2; turn++)
            {
                Samples.SameBits(kernel.Cross(x, other, options), kernel.Cross(x, prepared, options), "cross");
                Samples.SameBits(kernel.Gram(other, options), kernel.Gram(prepared, options), "gram");
                Samples.SameBits(
                    kernel.Of(KernelKind.Nngp).Cross(x, other, options), kernel.Of(KernelKind.Nngp).Cross(x, prepared, options), "nngp");
                var v = Samples.Random(columns, 3, 3);
                Samples.SameBits(kernel.Multiply(x, v, other, options), kernel.Multiply(x, prepared, v, options), "product");
            }
        }
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(4, 700, 5)]
    [InlineData(5, 1024, 1)]
    [InlineData(200, 1500, 10)]
    public void A_product_with_a_matrix_between_two_sets_has_the_bits_of_the_product_of_the_whole(int rows, int columns, int outputs)
    {
        var kernel = Network.Parse(Relu).Ntk();
        var (x, other, v) = (Samples.Random(rows, 6, 1), Samples.Random(columns, 6, 2), Samples.Random(columns, outputs, 3));
        foreach (var precision in new[] { Precision.Float64, Precision.Float32 })
        {
            var whole = MatrixProducts.Times(kernel.Cross(x, other, new() { Precision = precision }), v, new(1));
            foreach (var threads in new[] { 1, 2, 7 })
            {
                Samples.SameBits(whole, kernel.Multiply(x, v, other, new() { Precision = precision, Threads = threads }), $"{threads} threads");
            }
        }
    }

    [Fact]
    public void A_prediction_does_not_depend_on_the_samples_beside_it()
    {
        foreach (var network in new[] { Relu, Tanh })
        {
            var (x, y, at) = (Samples.Random(100, 4, 1), Samples.Random(100, 2, 2), Samples.Random(90, 4, 3));
            var model = KernelRegression.Fit(Network.Parse(network).Ntk(), x, y, new() { Ridge = Ridge.Relative(1e-3) });
            var all = model.Predict(at).Mean;
            foreach (var i in new[] { 0, 1, 89 })
            {
                Samples.SameBits(all.SelectRows(i, 1), model.Predict(at.SelectRows(i, 1)).Mean, network);
            }
        }
    }

    [Fact]
    public void Thirty_two_threads_share_one_model()
    {
        var (x, y) = (Samples.Random(150, 4, 1), Samples.Random(150, 2, 2));
        var model = KernelRegression.Fit(Network.Parse(Tanh).Ntk(), x, y, new() { Ridge = Ridge.Relative(1e-3) });
        var at = Enumerable.Range(0, 32).Select(t => Samples.Random(1 + t % 5, 4, 100 + t)).ToArray();
        var shared = new Matrix[32];
        var threads = Enumerable.Range(0, 32).Select(t => new Thread(() => shared[t] = model.Predict(at[t]).Mean)).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        for (var t = 0; t < 32; t++)
        {
            Samples.SameBits(model.Predict(at[t]).Mean, shared[t], $"thread {t}");
        }
    }

    [Theory]
    [InlineData(Relu)]
    [InlineData(Tanh)]
    public void A_prediction_allocates_nothing_that_grows_with_the_samples(string network)
    {
        var (few, many) = (Allocated(network, 200), Allocated(network, 3000));
        Assert.True(many < few + 2048, $"{many} bytes with 3000 samples, {few} with 200");
    }

    [Fact]
    public void A_model_of_prepared_samples_is_that_of_the_samples()
    {
        var kernel = Network.Parse(Relu).Ntk();
        var (x, y, at) = (Samples.Random(40, 4, 1), Samples.Random(40, 2, 2), Samples.Random(9, 4, 3));
        foreach (Solver solver in new Solver[] { Solver.Cholesky, Solver.ConjugateGradients, new FalkonSolver { Centers = 20 } })
        {
            var options = new RegressionOptions { Ridge = Ridge.Relative(1e-2), Solver = solver };
            Samples.SameBits(
                KernelRegression.Fit(kernel, x, y, options).Predict(at).Mean,
                KernelRegression.Fit(kernel, kernel.Prepare(x), y, options).Predict(at).Mean,
                $"{solver.Kind}");
        }
    }

    [Fact]
    public void Prepared_samples_of_another_network_or_of_none_are_refused()
    {
        var (kernel, x) = (Network.Parse(Relu).Ntk(), Samples.Random(3, 2, 1));
        var foreign = Network.Parse(Tanh).Ntk().Prepare(x);
        Assert.Contains("Prepare them by this kernel", Assert.Throws<ArgumentException>("other", () => kernel.Cross(x, foreign)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("x", () => kernel.Gram(foreign));
        Assert.Throws<ArgumentNullException>("other", () => kernel.Cross(x, (PreparedSamples)null!));
        Assert.Throws<ArgumentException>("x", () => kernel.Prepare(Samples.Random(0, 2, 1)));
        Assert.Throws<ArgumentException>("options", () => KernelRegression.Fit(kernel, kernel.Prepare(x), x, new() { Unit = true }));
        Assert.Throws<ArgumentException>(() => kernel.Cross(Samples.Random(3, 3, 1), kernel.Prepare(x)));
    }

    [Fact]
    public void Prepared_samples_are_a_copy()
    {
        var kernel = Network.Parse(Relu).Ntk();
        var data = new[] { 1.0, 2, 3, 4 };
        var (prepared, expected) = (kernel.Prepare(Matrix.Wrap(data, 2, 2)), kernel.Gram(Matrix.Wrap([1, 2, 3, 4], 2, 2)));
        data[0] = 100;
        Samples.SameBits(expected, kernel.Gram(prepared));
    }

    // Rows equal to those of x, multiples of them, and multiples of one another.
    private static Matrix WithNeighbours(Matrix other, Matrix x)
    {
        var data = (double[])other.Data.Clone();
        for (var k = 0; k < Math.Min(4, other.Rows); k++)
        {
            for (var f = 0; f < x.Columns; f++)
            {
                data[k * x.Columns + f] = (k switch { 0 => 1, 1 => 3, 2 => -2, _ => 6 }) * x.Data[(k == 3 ? 0 : k % x.Rows) * x.Columns + f];
            }
        }

        return Matrix.Wrap(data, other.Rows, other.Columns);
    }

    private static long Allocated(string network, int samples)
    {
        var (x, y) = (Samples.Random(samples, 3, 1), Samples.Random(samples, 2, 2));
        var kernel = Network.Parse(network).Ntk();
        var model = new KernelRegression(kernel, RowTransform.Learn(x, false, false), x, new FittedTargets(null, null), y, 1);
        var at = Samples.Random(1, 3, 3);

        // The bytes of the calling thread are counted, which does all the work.
        var options = new GramOptions { Threads = 1 };
        for (var k = 0; k < 12; k++)
        {
            model.Predict(at, options: options);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var k = 0; k < 10; k++)
        {
            model.Predict(at, options: options);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
    }
}
