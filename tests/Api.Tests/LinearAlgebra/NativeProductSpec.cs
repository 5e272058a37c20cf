using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.ProductTiles;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>Products by a BLAS of this machine; skipped where there is none.</summary>
public class NativeProductSpec
{
    private const double SingleUnit = 1.0 / (1 << 24);
    private const double DoubleUnit = Matrices.Epsilon / 2;

    [Fact]
    public void A_library_says_in_one_line_what_it_is()
    {
        var library = Native();
        Assert.Contains(library.Name, new[] { "openblas", "mkl", "accelerate" });
        Assert.StartsWith(library.Name + ": ", library.Description);
        Assert.DoesNotContain('\n', library.Description);
        Assert.True(ProductLibrary.TryFindNative(out var again, out var reason));
        Assert.Same(library, again);
        Assert.Equal("", reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(257)]
    [InlineData(784)]
    public void A_tile_is_within_the_bound_of_its_definition(int depth)
    {
        var library = Native();
        for (var rows = 1; rows <= 40; rows += 3)
        {
            var (x, y) = (Rows(rows, depth, 1), Rows(41 - rows, depth, 2));
            var single = Whole(library.Single(x, y, new(1)), rows, 41 - rows);
            Near(x, y, single.Select(s => (double)s), SingleUnit);
            Near(x, y, Whole(library.Double(x, y, new(1)), rows, 41 - rows), DoubleUnit);
        }
    }

    [Fact]
    public void Tiles_lie_where_they_are_asked_for_whatever_the_thread()
    {
        var (library, x) = (Native(), Rows(96, 40, 3));
        using var products = library.Single(x, x, new(2));
        Parallel.For(0, 64, t =>
        {
            var (row, column) = (t / 8 * 12, t % 8 * 12);
            var tile = Tile(products, row, 12, column, 12);
            Near(x.SelectRows(row, 12), x.SelectRows(column, 12), tile.Select(s => (double)s), SingleUnit);
        });
    }

    [Fact]
    public void Rows_of_no_numbers_have_product_zero()
    {
        var (x, y) = (Matrix.Wrap([], 2, 0), Matrix.Wrap([], 19, 0));
        Assert.All(Whole(Native().Single(x, y, new(1)), 2, 19), s => Assert.Equal(0, s));
    }

    [Fact]
    public unsafe void Its_symmetric_product_serves_comparisons()
    {
        const int n = 37, depth = 50;
        var (symbols, x) = (((BlasLibrary)Native()).Blas.Symbols, Rows(n, depth, 4));
        var (value, _) = Plain(x, x);
        var (c, s) = (new double[n * n], new float[n * n]);
        fixed (double* from = x.Data, to = c)
        fixed (float* rounded = SingleRows.Of(x, new Workers(1)), single = s)
        {
            symbols.DoubleSyrk()(n, depth, from, depth, to, n);
            symbols.SingleSyrk()(n, depth, rounded, depth, single, n);
        }

        Assert.All(Enumerable.Range(0, n * n), t => Assert.Equal(t % n <= t / n ? value[t] : 0, c[t], 1e-13));
        Assert.All(Enumerable.Range(0, n * n), t => Assert.Equal(t % n <= t / n ? value[t] : 0, s[t], 1e-4));
    }

    private static ProductLibrary Native()
    {
        Assert.SkipUnless(ProductLibrary.TryFindNative(out var library, out var reason), reason);
        return library;
    }
}
