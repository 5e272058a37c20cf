using System.Numerics;
using Xunit;

namespace HadamardNtk.Torch.Tests.Device;

/// <summary>However a matrix is cut, and whatever its pairs need, it is the same matrix.</summary>
public class TileTests
{
    private static readonly InfiniteKernel Relu = Network.Parse("(dense(w=1.4,b=0.1) relu)^2 dense").Ntk();
    private static readonly InfiniteKernel Tanh = Network.Parse("dense(w=2,b=0.2) tanh dense").Ntk();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4096)]
    public void Tiles_of_any_side_make_the_same_matrix(int side)
    {
        var (x, other) = (Tensors.Random(side == 1 ? 9 : 65, 5, 1), Tensors.Random(side == 1 ? 4 : 50, 5, 2));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var (options, expected) = (new GramOptions { Backend = Tensors.Backend(side), Precision = precision }, new GramOptions { Precision = precision });
            var tolerance = precision == Precision.Float32 ? 1e-6 : 1e-13;
            Tensors.Near(Relu.Gram(x, options: expected), Relu.Gram(x, options: options), tolerance, Relu.Diagonal(x), Relu.Diagonal(x));
            Tensors.Near(
                Relu.Cross(other, x, options: expected), Relu.Cross(other, x, options: options), tolerance, Relu.Diagonal(other), Relu.Diagonal(x));
        }
    }

    /// <summary>Most pairs are in doubt in float32: then a whole part is computed in float64.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-11)]
    public void Rows_of_one_direction_are_as_exact_as_others(double size)
    {
        var x = Tensors.Near(40, 16, size, 3);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var exact = Relu.Gram(x, options: new() { Backend = Backends.Exact });
            var tensors = Relu.Gram(x, options: new() { Backend = Tensors.Backend(), Precision = precision });
            Tensors.Near(exact, tensors, precision == Precision.Float32 ? 1e-6 : 1e-12, Relu.Diagonal(x), Relu.Diagonal(x));
        }
    }

    /// <summary>Of rows so near most series are longer than others', and some are too long for any number of terms.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    [InlineData(1e-4)]
    public void Series_of_near_rows_are_summed_to_their_end(double size)
    {
        var x = Tensors.Near(20, 8, size, 5);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var expected = Tanh.Gram(x, options: new() { Backend = Backends.Reference });
            var tensors = Tanh.Gram(x, options: new() { Backend = Tensors.Backend(), Precision = precision });
            Tensors.Near(expected, tensors, precision == Precision.Float32 ? 2e-6 : 1e-10, Tanh.Diagonal(x), Tanh.Diagonal(x));
        }
    }

    [Fact]
    public void Pairs_take_the_lanes_that_they_need()
    {
        var x = Tensors.Random(20, 16, 1);
        x.Row(3).ToArray().CopyTo(x.Data.AsSpan(11 * 16));
        x.Row(5).ToArray().Select((v, k) => v * (1 + 1e-12 * k)).ToArray().CopyTo(x.Data.AsSpan(12 * 16));
        var report = new List<PrecisionReport>();
        Relu.Gram(x, options: new() { Backend = Tensors.Backend(), PrecisionReport = new Direct(report.Add) });
        Relu.Gram(x, options: new() { Backend = Tensors.Backend(), PrecisionReport = new Direct(report.Add), Precision = Precision.Float32 });
        Assert.Equal([new PrecisionReport(21, 0, 1, 0), new PrecisionReport(21, 2, 1, 0)], report);
    }

    [Fact]
    public void A_product_leaves_out_no_pair()
    {
        var (x, v) = (Tensors.Random(100, 4, 1), Tensors.Random(100, 2, 2));
        x.Row(3).ToArray().CopyTo(x.Data.AsSpan(70 * 4));
        x.Row(5).ToArray().Select(t => -3 * t * (1 + 1e-13)).ToArray().CopyTo(x.Data.AsSpan(6 * 4));
        foreach (var side in new[] { 8, 33, 1000 })
        {
            var product = Relu.Multiply(x, v, options: new() { Backend = Tensors.Backend(side) });
            var expected = Relu.Multiply(x, v);
            Assert.All(Enumerable.Range(0, 200), k => Assert.Equal(expected.Data[k], product.Data[k], 1e-10));
        }
    }

    [Fact]
    public void Progress_grows_to_1()
    {
        var reports = new List<double>();
        Relu.Multiply(Tensors.Random(100, 4, 1), Tensors.Random(100, 2, 2), options: new() { Backend = Tensors.Backend(16), Progress = new Direct<double>(reports.Add) });
        Assert.Equal(reports.Order(), reports);
        Assert.Equal(1, reports[^1]);
    }

    private sealed class Direct<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }

    private sealed class Direct(Action<PrecisionReport> report) : IProgress<PrecisionReport>
    {
        public void Report(PrecisionReport value) => report(value);
    }

    [Theory]
    [InlineData(-1.7e308)]
    [InlineData(1.7e308)]
    public void A_product_that_is_not_finite_is_refused_by_every_backend(double great)
    {
        Matrix x = Tensors.Random(65, 5, 1), v = Matrix.Wrap([.. Tensors.Random(65, 2, 2).Data.Select((z, k) => k % 2 == 1 && k > 60 ? great : z)], 65, 2);
        foreach (var backend in new[] { Backends.Cpu, Tensors.Backend(32) })
        {
            var error = Assert.ThrowsAny<ArithmeticException>(() => Relu.Multiply(x, v, options: new() { Backend = backend }));
            Assert.Contains("finite", error.Message);
        }
    }

    /// <summary>Threads that compute tiles of their own add up in one order.</summary>
    [Fact]
    public void Every_run_gives_the_same_bits_whatever_the_threads_are()
    {
        Matrix x = Tensors.Random(150, 5, 1), v = Tensors.Random(150, 3, 2);
        var options = new GramOptions { Backend = Tensors.Backend(16), Precision = Precision.Float32 };
        var (gram, product) = (Relu.Gram(x, options: options with { Threads = 1 }), Relu.Multiply(x, v, options: options with { Threads = 1 }));
        for (var run = 0; run < 5; run++)
        {
            Assert.Equal(gram.ToArray(), Relu.Gram(x, options: options with { Threads = 4 }).ToArray());
            Assert.Equal(product.Data, Relu.Multiply(x, v, options: options with { Threads = 4 }).Data);
        }
    }

    /// <summary>Whichever fails first in time: the message is the same in every run.</summary>
    [Fact]
    public void Of_several_tiles_that_fail_the_first_is_told()
    {
        Assert.SkipWhen(Tensors.Device.IsCuda, "a GPU's tiles are handed out in turn.");
        var (backend, x) = (Tensors.Backend(16), Tensors.Random(64, 3, 1));
        using var secondFailed = new ManualResetEventSlim();
        var sink = new Failing(column =>
        {
            if (column == 0)
            {
                Assert.True(secondFailed.Wait(TimeSpan.FromMinutes(1)), "no other thread had a tile");

                // The run notes a failure after this method has thrown it, and nothing tells when: without the pause the test
                // may pass although the first failure in time is the one that is told.
                Thread.Sleep(200);
                throw new IOException("the first tile");
            }

            secondFailed.Set();
            throw new IOException("another tile");
        });
        var failure = Assert.Throws<IOException>(
            () => backend.Compute(new(Relu.Program, x, null, KernelKind.Ntk, Precision.Float64), sink, new GramOptions { Threads = 2 }, default));
        Assert.Equal("the first tile", failure.Message);
    }

    /// <summary>The first try may have written over them.</summary>
    [Fact]
    public void Inner_products_of_a_tile_are_handed_out_once()
    {
        using var scope = Tensors.Scope();
        Assert.SkipWhen(Tensors.Device.IsCuda, "a GPU's parts make their own.");
        var (x, workers) = (Tensors.Random(20, 3, 1), new Workers(1));
        var (rows, request) = (new SampleSet(Relu.Program, x), new GramRequest(Relu.Program, x, null, KernelKind.Ntk, Precision.Float64));
        using var by = new TensorTile(request, rows, rows, Tensors.Device.Tensors, workers);
        using var products = new TileProducts(by, new(4, 12, 8, 8), isSymmetric: true, isCuda: false);
        Assert.NotNull(products.Of(4, 4));
        Assert.Null(products.Of(4, 2));
        Assert.Null(products.Of(6, 2));
        using var next = products.Of(8, 4)!;
        var expected = Enumerable.Range(0, 3).Sum(k => x[9, k] * x[14, k]);
        Assert.Equal(expected, TensorTransfer.Download<double>(next)[8 + 2], 1e-14);
        using var diagonal = new TileProducts(by, new(4, 4, 8, 8), isSymmetric: true, isCuda: false);
        Assert.Null(diagonal.Of(4, 4));
    }

    private sealed class Failing(Action<int> write) : IGramSink
    {
        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride) where T : unmanaged, IFloatingPointIeee754<T> => write(tile.Column);
    }
}
