using TorchSharp;
using Xunit;

namespace HadamardNtk.Torch.Tests.Device;

/// <summary>Networks on images by whole blocks: however a matrix is cut, and whatever memory there is, it is the same matrix.</summary>
[Collection(nameof(MemoryTests))]
public class BlockTests
{
    private const int Features = 5 * 4 * 2;
    private static readonly InfiniteKernel Pooled =
        Network.Parse("image(5x4x2) conv(b=0.1) relu avg_pool(k=2) conv(w=1.4) relu global_avg_pool dense").Ntk();

    private static readonly InfiniteKernel Flat = Network.Parse("image(5x4x2) (conv(k=3,b=0.1) relu)^2 flatten dense").Ntk();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(7, 1)]
    [InlineData(4096, 2)]
    public void Tiles_and_threads_make_the_same_matrix(int side, int threads)
    {
        var (x, other) = (Tensors.Random(11, Features, 1), Tensors.Random(5, Features, 2));
        foreach (var kernel in new[] { Pooled, Flat })
        {
            foreach (var precision in Enum.GetValues<Precision>())
            {
                var options = new GramOptions { Backend = Tensors.Backend(side), Precision = precision, Threads = threads };
                var tolerance = precision == Precision.Float32 ? 1e-6 : 1e-13;
                var (own, others) = (kernel.Diagonal(x), kernel.Diagonal(other));
                Tensors.Near(kernel.Gram(x), kernel.Gram(x, options), tolerance, own, own);
                Tensors.Near(kernel.Cross(other, x), kernel.Cross(other, x, options), tolerance, others, own);
                Tensors.Near(kernel.Cross(other, x), kernel.Cross(other, kernel.Prepare(x), options), tolerance, others, own);
            }
        }
    }

    [Fact]
    public void Products_with_vectors_are_those_of_the_matrix()
    {
        var (x, other, v) = (Tensors.Random(9, Features, 1), Tensors.Random(4, Features, 2), Tensors.Random(9, 2, 3));
        var options = new GramOptions { Backend = Tensors.Backend(4) };
        Assert.True(Farthest(Times(Pooled.Gram(x), v), Pooled.Multiply(x, v, options: options)) < 1e-11);
        Assert.True(Farthest(Times(Pooled.Cross(other, x), v), Pooled.Multiply(other, v, x, options)) < 1e-11);
    }

    /// <summary>Float32 does not know the small angles of nearly equal patches, and float64 knows them to 1e-8.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-11)]
    public void Nearly_equal_images_are_as_exact_as_others(double size)
    {
        var x = Tensors.Near(8, Features, size, 3);
        foreach (var kernel in new[] { Pooled, Flat })
        {
            foreach (var precision in Enum.GetValues<Precision>())
            {
                var report = new Reported();
                var options = new GramOptions { Backend = Tensors.Backend(), Precision = precision, PrecisionReport = report };
                var (found, own) = (kernel.Gram(x, options), kernel.Diagonal(x));
                Tensors.Near(kernel.Gram(x), found, precision == Precision.Float32 ? 2e-6 : 3e-8, own, own);
                // The 28 pairs of different rows, each counted once. Float32 takes the nearest ones as equal.
                Assert.Equal(precision == Precision.Float32 && size > 1e-8 ? 28 : 0, report.Last!.Value.Float64);
            }
        }
    }

    /// <summary>Equal rows have angles of 0, and flat backgrounds have equal patches; float32 knows both.</summary>
    [Fact]
    public void Equal_rows_and_flat_backgrounds_lose_no_digits_and_few_pairs_are_computed_again()
    {
        var x = Matrix.Wrap([.. Tensors.Random(8, Features, 5).Data.Select((v, k) => k % Features < 30 && k / Features != 7 ? 0 : v)], 8, Features);
        var twice = Matrix.Wrap([.. x.Data, .. x.Data], 16, Features);
        foreach (var kernel in new[] { Pooled, Flat })
        {
            var report = new Reported();
            var options = new GramOptions { Backend = Tensors.Backend(), Precision = Precision.Float32, PrecisionReport = report };
            var (found, own) = (kernel.Gram(twice, options), kernel.Diagonal(twice));
            Tensors.Near(kernel.Gram(twice), found, 2e-6, own, own);
            Assert.InRange(report.Last!.Value.Float64, 0, 16 * 16 / 8);
        }
    }

    [Fact]
    public void Where_memory_runs_out_parts_are_halved_and_every_pair_is_computed()
    {
        _ = Tensors.Backend();
        using var gradients = torch.no_grad();
        var x = Tensors.Random(7, Features, 1);
        var request = new GramRequest(Pooled.Program, x, x.SelectRows(0, 5), KernelKind.Ntk, Precision.Float64);
        var expected = Pooled.Cross(x, x.SelectRows(0, 5));
        foreach (var atOnce in new[] { 1, 3, 100 })
        {
            using var scope = torch.NewDisposeScope();
            using var tile = new BlockTile(request, new(7, atOnce, 1, 0), Tensors.Device.Tensors, default);
            var values = TensorTransfer.Download<double>(tile.Compute(0, 7, 0, 5, out var left));
            Assert.Empty(left);
            Assert.True(Farthest(expected, Matrix.Wrap(values, 7, 5)) < 1e-12, $"{atOnce} at once");
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(2, 9)]
    public void The_halves_of_a_part_are_the_part(int height, int width)
    {
        var (pairs, waiting) = (new HashSet<(int, int)>(), new Stack<BlockPart>([new(2, height, 3, width)]));
        while (waiting.TryPop(out var part))
        {
            if (part.Count > 1)
            {
                var (first, second) = part.Halves;
                Assert.Equal(part.Count, first.Count + second.Count);
                waiting.Push(first);
                waiting.Push(second);
            }
            else
            {
                Assert.True(pairs.Add((part.Row, part.Column)));
            }
        }

        Assert.Equal(height * width, pairs.Count);
        Assert.All(pairs, p => Assert.True(p.Item1 >= 2 && p.Item1 < 2 + height && p.Item2 >= 3 && p.Item2 < 3 + width));
    }

    [Fact]
    public void Tiles_fit_the_memory_and_a_pair_that_does_not_is_an_error_with_its_bytes()
    {
        var request = new GramRequest(Pooled.Program, Tensors.Random(100, Features, 1), null, KernelKind.Ntk, Precision.Float64);
        var bytes = BlockShape.Of(request, new(), true, 1L << 40, 2).PairBytes;
        // At least ten blocks of 20 x 20 positions in float64.
        Assert.InRange(bytes, 10 * 400 * 8, 60 * 400 * 8);
        Assert.Equal(1, BlockShape.Of(request, new(), true, bytes, 2).AtOnce);
        Assert.Equal(32, BlockShape.Of(request, new(), true, 4 * 50 * bytes, 2).AtOnce);
        Assert.Equal(1, BlockShape.Of(request, new(), true, 0, 2).AtOnce);
        Assert.Equal(1, BlockShape.Of(request, new(), false, bytes, 8).Threads);
        Assert.Equal(3, BlockShape.Of(request, new(), false, 3 * bytes, 8).Threads);
        Assert.Equal(5, BlockShape.Of(request, new() { Tile = 5 }, false, 3 * bytes, 8).Side);
        var error = Assert.Throws<InsufficientMemoryException>(() => BlockShape.Of(request, new(), false, bytes - 1, 2));
        Assert.Contains($"{bytes:N0} bytes", error.Message);
        Assert.Contains($"{bytes - 1:N0} are free", error.Message);
        Assert.Contains("backend cpu", error.Message);
    }

    [Fact]
    public void An_image_too_large_for_whole_blocks_is_refused_before_anything_is_computed()
    {
        var options = new GramOptions { Backend = Tensors.Backend() };
        var kernel = Network.Parse("image(2000x2000x1) conv relu global_avg_pool dense").Ntk();
        var error = Assert.Throws<InsufficientMemoryException>(() => kernel.Gram(Matrix.Wrap(new double[4_000_000], 1, 4_000_000), options));
        Assert.Contains("for the blocks of one pair of samples", error.Message);
        var flat = Network.Parse("image(300x200x1) conv(b=0.1) relu flatten dense").Nngp();
        var x = Tensors.Random(2, 60_000, 1);
        Tensors.Near(flat.Gram(x), flat.Gram(x, options), 1e-12, flat.Diagonal(x), flat.Diagonal(x));
    }

    [Theory]
    [InlineData("sequence(5x8) conv tanh flatten dense", "tanh has no closed form")]
    [InlineData("sequence(5x8) dense self_attention flatten dense", "attention")]
    public void Networks_without_blocks_on_tensors_are_refused_by_name(string network, string reason)
    {
        var options = new GramOptions { Backend = Tensors.Backend() };
        var error = Assert.Throws<NetworkRefusedException>(() => Network.Parse(network).Ntk().Gram(Tensors.Random(3, Features, 1), options));
        Assert.Contains(reason, error.Message);
        Assert.Contains("take the backend cpu", error.Message);
    }

    [Fact]
    public void Rows_of_another_length_are_refused()
    {
        var options = new GramOptions { Backend = Tensors.Backend() };
        Assert.Throws<ArgumentException>(() => Pooled.Gram(Tensors.Random(3, Features - 1, 1), options));
    }

    /// <summary>Squares of small features have no room in float32, and products of great ones none in either.</summary>
    [Fact]
    public void What_float32_has_no_room_for_is_computed_in_float64_or_refused()
    {
        var x = Tensors.Random(3, Features, 1);
        var small = Matrix.Wrap([.. x.Data.Select((v, k) => k < Features ? 1e-20 * v : v)], 3, Features);
        var options = new GramOptions { Backend = Tensors.Backend(), Precision = Precision.Float32 };
        var own = Flat.Diagonal(small);
        Tensors.Near(Flat.Gram(small), Flat.Gram(small, options), 2e-6, own, own);
        var great = Matrix.Wrap([.. x.Data.Select((v, k) => k < Features ? v : 1e25 * v)], 3, Features);
        var error = Assert.Throws<KernelUndefinedException>(() => Flat.Gram(great, options));
        Assert.Contains("float64 has room", error.Message);
        var greatest = Matrix.Wrap([.. x.Data.Select((v, k) => k < Features ? v : 1e160 * v)], 3, Features);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => Flat.Gram(greatest, new() { Backend = options.Backend })).Row);
        var missing = Matrix.Wrap([.. x.Data.Select((v, k) => k == Features ? double.NaN : v)], 3, Features);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => Flat.Gram(missing, options)).Row);
    }

    [Fact]
    public void A_file_that_was_interrupted_is_completed_to_the_same_bits()
    {
        var backend = Tensors.Backend(3);
        var (folder, x) = (Directory.CreateTempSubdirectory(), Tensors.Random(10, Features, 1));
        try
        {
            string At(string name) => Path.Combine(folder.FullName, name);
            Pooled.WriteGram(At("whole.npy"), x, options: new() { Backend = backend });
            using var stop = new CancellationTokenSource();
            var interrupted = new GramOptions { Backend = backend, Threads = 1, Progress = new Stopping(stop) };
            Assert.ThrowsAny<OperationCanceledException>(() => Pooled.WriteGram(At("k.npy"), x, options: interrupted, resume: true, cancellation: stop.Token));
            Assert.False(File.Exists(At("k.npy")));
            Assert.True(Pooled.WriteGram(At("k.npy"), x, options: new() { Backend = backend }, resume: true));
            Assert.Equal(File.ReadAllBytes(At("whole.npy")), File.ReadAllBytes(At("k.npy")));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public void Nothing_of_blocks_stays_on_the_device()
    {
        var (backend, x) = (Tensors.Backend(4), Tensors.Near(9, Features, 1e-4, 1));
        void Work()
        {
            foreach (var precision in Enum.GetValues<Precision>())
            {
                Pooled.Gram(x, new() { Backend = backend, Precision = precision });
                Flat.Cross(x, x, new() { Backend = backend, Precision = precision });
            }

            Assert.Throws<NetworkRefusedException>(() => Network.Parse("sequence(5x8) conv tanh flatten dense").Ntk().Gram(x, new() { Backend = backend }));
            Assert.Throws<KernelUndefinedException>(() => Flat.Gram(Matrix.Wrap([.. x.Data.Select(v => 1e160 * v)], 9, Features), new() { Backend = backend }));
        }

        Work();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var tensors = torch.Tensor.TotalCount;
        Work();
        Assert.Equal(tensors, torch.Tensor.TotalCount);
    }

    private static Matrix Times(Matrix k, Matrix v)
    {
        var product = new double[k.Rows, v.Columns];
        for (var i = 0; i < k.Rows; i++)
        {
            for (var c = 0; c < v.Columns; c++)
            {
                product[i, c] = Enumerable.Range(0, k.Columns).Sum(j => k[i, j] * v[j, c]);
            }
        }

        return new(product);
    }

    private static double Farthest(Matrix expected, Matrix found)
    {
        Assert.Equal((expected.Rows, expected.Columns), (found.Rows, found.Columns));
        return expected.Data.Zip(found.Data, (a, b) => Math.Abs(a - b)).Max();
    }

    private sealed class Reported : IProgress<PrecisionReport>
    {
        internal PrecisionReport? Last { get; private set; }

        public void Report(PrecisionReport value) => Last = value;
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value > 0.4)
            {
                stop.Cancel();
            }
        }
    }
}
