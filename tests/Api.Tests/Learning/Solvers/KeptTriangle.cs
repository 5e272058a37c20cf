using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>Conjugate gradients keep the upper triangle of K in squares, and multiply by all of K.</summary>
public class KeptTriangle
{
    private static readonly InfiniteKernel Kernel = Network.Parse("(dense(w=1.3) relu)^2 dense").Ntk();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(255, 2)]
    [InlineData(256, 3)]
    [InlineData(257, 10)]
    [InlineData(700, 5)]
    public void A_product_is_that_of_the_whole_matrix(int samples, int outputs)
    {
        var (x, v) = (Samples.Random(samples, 3, 1), Samples.Random(samples, outputs, 2));
        var expected = MatrixProducts.Times(Kernel.Gram(x), v, new(1));
        var size = Samples.Size(MatrixProducts.Times(Absolute(Kernel.Gram(x)), Absolute(v), new(1)));
        using var exact = new TriangleOperator<double>(Rows(x, 2), null);
        using var rounded = new TriangleOperator<float>(Rows(x, 2), null);
        // The sum of n products has at most n roundings of 2^-53. Float32 rounds K, V and at most 32 sums by 2^-24.
        Assert.InRange(Samples.Worst(expected, exact.Multiply(v)), 0, samples * Math.ScaleB(1, -53) * size);
        Assert.InRange(Samples.Worst(expected, rounded.Multiply(v)), 0, 34 * Math.ScaleB(1, -24) * size);
    }

    [Fact]
    public void Its_bits_do_not_depend_on_the_threads()
    {
        var (x, v) = (Samples.Random(900, 3, 1), Samples.Random(900, 4, 2));
        using var one = new TriangleOperator<float>(Rows(x, 1), null);
        var expected = one.Multiply(v);
        foreach (var threads in new[] { 2, 5 })
        {
            using var some = new TriangleOperator<float>(Rows(x, threads), null);
            Samples.SameBits(expected, some.Multiply(v), $"{threads} threads");
        }
    }

    [Fact]
    public void Its_bits_do_not_depend_on_the_other_columns()
    {
        var (x, v) = (Samples.Random(300, 3, 1), Samples.Random(300, 18, 2));
        using var exact = new TriangleOperator<double>(Rows(x, 2), null);
        using var rounded = new TriangleOperator<float>(Rows(x, 2), null);
        foreach (var kept in new KernelOperator[] { exact, rounded })
        {
            var all = kept.Multiply(v);
            foreach (var outputs in new[] { 1, 2, 4, 5, 7 })
            {
                Samples.SameBits(
                    all.SelectColumns([.. Enumerable.Range(0, outputs)]), kept.Multiply(v.SelectColumns([.. Enumerable.Range(0, outputs)])), $"{outputs} of 18 columns");
            }
        }
    }

    [Theory]
    [InlineData(1e-30, 1.0)]
    [InlineData(1e-30, 1e-30)]
    [InlineData(1e30, 1e30)]
    [InlineData(1.0, 1e-300)]
    [InlineData(1.0, 1e300)]
    public void Sizes_beyond_the_range_of_float32_lose_no_digits(double kernel, double vector)
    {
        var (x, v) = (Samples.Random(300, 3, 1), Samples.Random(300, 2, 2));
        var scaled = Network.Parse($"dense(w={Math.Sqrt(kernel):R}) relu dense").Nngp();
        var units = Matrix.Wrap(Array.ConvertAll(v.Data, number => number * vector), 300, 2);
        var (expected, size) = (
            MatrixProducts.Times(scaled.Gram(x), v, new(1)),
            Samples.Size(MatrixProducts.Times(Absolute(scaled.Gram(x)), Absolute(v), new(1))));
        using var kept = new TriangleOperator<float>(new KernelRows<Matrix>(scaled, x, new() { Threads = 2 }, default), null);
        var found = Matrix.Wrap(Array.ConvertAll(kept.Multiply(units).Data, number => number / vector), 300, 2);
        Assert.InRange(Samples.Worst(expected, found), 0, 34 * Math.ScaleB(1, -24) * size);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(1000)]
    [InlineData(60_000)]
    public void Its_squares_follow_one_another(int order)
    {
        var layout = new TriangleLayout(order);
        var place = 0L;
        for (var i = 0; i < layout.Down; i++)
        {
            for (var j = i; j < layout.Down; j++, place++)
            {
                Assert.Equal((nint)place * TriangleLayout.Square, layout.Start(i, j));
                Assert.Equal((i, j), layout.At(place));
            }
        }

        Assert.Equal(place, layout.Count);
    }

    [Fact]
    public unsafe void Tiles_of_any_shape_fill_it()
    {
        var x = Samples.Random(600, 3, 1);
        var whole = Kernel.Gram(x);
        var layout = new TriangleLayout(600);
        using var values = new NativeBuffer<double>((nint)layout.Count * TriangleLayout.Square);
        var sink = new TriangleSink<double>(layout, values.Start);
        foreach (var tile in new GramRequest(Kernel.Program, x, x, Kernel.Kind, Precision.Float64).Tiles(170))
        {
            sink.Write<double>(tile, whole.Data.AsSpan(tile.Row * 600 + tile.Column), 600);
        }

        for (var i = 0; i < 600; i++)
        {
            for (var j = i; j < 600; j++)
            {
                var square = values.Start + layout.Start(i / 256, j / 256);
                Assert.Equal(whole[i, j], square[i % 256 * 256 + j % 256]);
                Assert.True(i / 256 != j / 256 || square[j % 256 * 256 + i % 256] == whole[i, j]);
            }
        }
    }

    [Fact]
    public void More_outputs_are_worth_a_higher_rank()
    {
        Assert.Equal((500, 500, 1122, 1763), (Rank(1000, 1), Rank(3000, 3), Rank(20_000, 10), Rank(60_000, 10)));
        Assert.Equal((100, 7), (Rank(100, 10), (Solver.ConjugateGradients with { Rank = 7 }).RankFor(60_000, 10)));
    }

    private static int Rank(int samples, int outputs) => Solver.ConjugateGradients.RankFor(samples, outputs);

    private static KernelRows<Matrix> Rows(Matrix x, int threads) => new(Kernel, x, new() { Threads = threads }, default);

    private static Matrix Absolute(Matrix m) => Matrix.Wrap(Array.ConvertAll(m.Data, Math.Abs), m.Rows, m.Columns);
}
