using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>A matrix is whole, or there is an error: what a backend leaves out is not taken for kernels.</summary>
public sealed class WholeMatrices : DataFolder
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense relu dense").Ntk();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_backend_that_leaves_tiles_out_or_gives_one_twice_is_found_out(int times)
    {
        var (x, options) = (Samples.Random(20, 3, 1), new GramOptions { Backend = new Careless(times) });
        var path = Path.Combine(Folder, "K.npy");
        if (times == 1)
        {
            Samples.SameBits(Kernel.Gram(x, new() { Backend = Backends.Reference }), Kernel.Gram(x, options));
            return;
        }

        Assert.Contains("Expected 210 pairs", Assert.Throws<InvalidOperationException>(() => Kernel.Gram(x, options)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Kernel.Cross(x, Samples.Random(5, 3, 2), options));
        Assert.Throws<InvalidOperationException>(() => Kernel.WriteGram(path, x, options: options));
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    // 1e7^6 is 1e42 and has no room in float32.
    [Theory]
    [InlineData("cpu")]
    [InlineData("exact")]
    [InlineData("reference")]
    public void Float32_has_no_infinity_in_the_place_of_a_large_kernel(string backend)
    {
        var (kernel, x) = (Network.Parse("dense monomial(k=3) dense").Nngp(), Matrix.Wrap([1e7], 1, 1));
        GramOptions options = new() { Backend = Backends.Find(backend) };
        Assert.True(kernel.Gram(x, options)[0, 0] > float.MaxValue);
        Assert.ThrowsAny<ArithmeticException>(() => kernel.WriteGram(new float[1].AsSpan(), x, options: options));
        Assert.ThrowsAny<ArithmeticException>(
            () => kernel.WriteGram(new float[1].AsSpan(), x, options: options with { Precision = Precision.Float32 }));
    }

    // At features of 1e-23 the kernel is about 1e-46, and float32 would have 0 for it.
    [Theory]
    [InlineData("cpu", 1e-23)]
    [InlineData("reference", 1e-23)]
    [InlineData("cpu", 1e-20)]
    [InlineData("reference", 1e-20)]
    public void Float32_has_no_zero_in_the_place_of_a_small_kernel_of_images(string backend, double feature)
    {
        var kernel = Network.Parse("image(2x1x1) conv relu flatten dense").Ntk();
        var x = Matrix.Wrap([feature, 2 * feature, -feature, feature], 2, 2);
        GramOptions options = new() { Backend = Backends.Find(backend), Precision = Precision.Float32 };
        Assert.Contains("scale the data up", Assert.Throws<KernelUndefinedException>(() => kernel.Gram(x, options)).Message, StringComparison.Ordinal);
        Assert.True(kernel.Gram(x, options with { Precision = Precision.Float64 })[0, 0] > 0);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(4100)]
    public void Blocks_of_a_product_come_in_the_order_of_every_rows_sum(int n)
    {
        var blocks = new BlockGrid(n, n, true);
        var reached = new Dictionary<int, int>();
        var tiles = blocks.TilesByRow().ToArray();
        foreach (var tile in tiles)
        {
            Assert.Equal(tile.Column, reached.GetValueOrDefault(tile.Row));
            reached[tile.Row] = tile.Column + tile.Columns;
            if (tile.Row != tile.Column)
            {
                Assert.Equal(tile.Row, reached.GetValueOrDefault(tile.Column));
                reached[tile.Column] = tile.Row + tile.Rows;
            }
        }

        Assert.Equal(blocks.Tiles().ToHashSet(), tiles.ToHashSet());
        Assert.Equal(blocks.Count, tiles.Length);
    }

    /// <summary>Gives the tiles of the reference backend so many times each.</summary>
    private sealed class Careless(int times) : IKernelBackend
    {
        public string Name => "careless";

        public string Description => "a backend with a defect";

        public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
        {
            for (var k = 0; k < times; k++)
            {
                Backends.Reference.Compute(request, sink, options, cancellation);
            }
        }
    }
}
