using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;
using static HadamardNtk.Api.Tests.LinearAlgebra.ProductTiles;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class InnerProductSpec
{
    private const double SingleUnit = 1.0 / (1 << 24);
    private static readonly Workers _two = new(2);

    public static TheoryData<int> Depths => [1, 2, 3, 7, 16, 255, 256, 257, 320, 321, 784];

    private static (int, int)[] Shapes =>
        [(1, 1), (1, 40), (40, 1), (5, 7), (6, 8), (7, 9), (13, 17), (23, 33), (40, 39)];

    private static (int Row, int Height, int Column, int Width)[] Places =>
        [(0, 61, 1, 89), (1, 1, 7, 1), (60, 1, 89, 1), (5, 13, 16, 48), (6, 7, 32, 17), (2, 30, 15, 34), (0, 9, 47, 43)];

    [Theory]
    [MemberData(nameof(Depths))]
    public void A_tile_is_close_to_its_definition(int depth)
    {
        for (var rows = 1; rows <= 40; rows++)
        {
            var (x, y) = (Rows(rows, depth, 1), Rows(41 - rows, depth, 2));
            Near(x, y, Singles(x, y).Select(s => (double)s), SingleUnit);
            Near(x, y, Doubles(x, y), Epsilon / 2);
        }
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void In_float64_an_entry_has_the_bits_of_the_inner_product_of_its_rows(int depth)
    {
        foreach (var (rows, columns) in Shapes)
        {
            var (x, y) = (Rows(rows, depth, 3), Rows(columns, depth, 4));
            SameBits(RowDots(x, y), Doubles(x, y), $"{rows} x {columns} x {depth}");
        }
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void In_float32_an_entry_is_chains_of_256_fused_terms_added_in_order(int depth)
    {
        foreach (var (rows, columns) in Shapes)
        {
            var (x, y) = (Rows(rows, depth, 5), Rows(columns, depth, 6));
            SameBits(SingleChains(x, y), Singles(x, y), $"{rows} x {columns} x {depth}");
        }
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void The_width_of_the_vectors_does_not_show(int depth)
    {
        var (x, y) = (Rows(19, depth, 7), Rows(75, depth, 8));
        SameBits(
            Whole(OwnLibrary.Single256(x, y, _two), 19, 75), Whole(OwnLibrary.Single512(x, y, _two), 19, 75));
        SameBits(
            Whole(OwnLibrary.Double256(x, y, _two), 19, 75), Whole(OwnLibrary.Double512(x, y, _two), 19, 75));
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void The_product_of_two_rows_commutes_to_the_last_bit(int depth)
    {
        var (x, y) = (Rows(21, depth, 9), Rows(35, depth, 10));
        SameBits(Doubles(x, y), Transpose(Doubles(y, x), 35, 21));
        var (one, other) = (Singles(x, y), Singles(y, x));
        SameBits(one, [.. Enumerable.Range(0, 21 * 35).Select(t => other[t % 35 * 21 + t / 35])]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public void The_place_of_a_tile_does_not_show(int depth)
    {
        var (x, y) = (Rows(61, depth, 11), Rows(90, depth, 12));
        SamePieces(() => OwnLibrary.Single256(x, y, _two));
        SamePieces(() => OwnLibrary.Single512(x, y, _two));
        SamePieces(() => OwnLibrary.Double256(x, y, _two));
        SamePieces(() => OwnLibrary.Double512(x, y, _two));
    }

    [Fact]
    public void Large_tiles_pass_in_blocks_without_a_trace()
    {
        var x = Rows(451, 300, 13);
        using var products = ProductLibrary.Own.Single(x, x, new(2));
        var whole = Tile(products, 0, 451, 0, 451);
        SameBits(Part(whole, 451, (300, 151), (17, 100)), Tile(products, 300, 151, 17, 100));
        SameBits(whole, [.. Enumerable.Range(0, 451 * 451).Select(t => whole[t % 451 * 451 + t / 451])]);
    }

    [Fact]
    public void Many_threads_ask_for_tiles_at_once()
    {
        var x = Rows(96, 40, 14);
        using var products = ProductLibrary.Own.Double(x, x, new(4));
        var expected = RowDots(x, x);
        Parallel.For(0, 64, t => SameBits(
            Part(expected, 96, (t / 8 * 12, 12), (t % 8 * 12, 12)), Tile(products, t / 8 * 12, 12, t % 8 * 12, 12)));
    }

    [Fact]
    public void Numbers_that_are_not_finite_stay_in_their_rows()
    {
        var (x, y) = (Rows(3, 2, 15), Rows(20, 2, 16));
        (x.Data[0], y.Data[0]) = (1e300, double.NaN);
        using var products = ProductLibrary.Own.Single(x, y, new(1));
        var tile = Tile(products, 0, 3, 0, 20);
        Assert.All(Enumerable.Range(0, 60), t => Assert.Equal(t / 20 == 0 || t % 20 == 0, !float.IsFinite(tile[t])));
    }

    [Fact]
    public void Products_that_vanish_keep_their_sign()
    {
        SameBits([-0.0], Doubles(Matrix.Wrap([-1e-200], 1, 1), Matrix.Wrap([1e-200], 1, 1)));
        SameBits([-0f], Singles(Matrix.Wrap([-1e-30], 1, 1), Matrix.Wrap([1e-30], 1, 1)));
    }

    [Fact]
    public void Rows_of_no_numbers_have_product_zero()
    {
        var (x, y) = (Matrix.Wrap([], 2, 0), Matrix.Wrap([], 19, 0));
        Assert.All(Singles(x, y), s => Assert.Equal(0, s));
        Assert.All(Doubles(x, y), s => Assert.Equal(0, s));
        Assert.Empty(Doubles(Matrix.Wrap([], 0, 3), Matrix.Wrap([], 0, 3)));
    }

    [Fact]
    public unsafe void A_tile_that_does_not_fit_is_named()
    {
        var (x, y) = (Rows(5, 3, 17), Rows(20, 3, 18));
        using var products = ProductLibrary.Own.Double(x, y, new(1));
        Assert.Equal("row", Refused(() => products.Tile(4, 2, 0, 1, null, 16)));
        Assert.Equal("column", Refused(() => products.Tile(0, 1, 20, 1, null, 16)));
        Assert.Equal("column", Refused(() => products.Tile(0, 1, int.MaxValue, 2, null, 16)));
        Assert.Equal("stride", Refused(() => products.Tile(0, 1, 0, 17, null, 31)));
        Assert.Equal("y", Assert.Throws<ArgumentException>(() => Doubles(x, Rows(5, 4, 1))).ParamName);
    }

    private static string? Refused(Action tile) => Assert.Throws<ArgumentOutOfRangeException>(tile).ParamName;

    private static float[] Singles(Matrix x, Matrix y) =>
        Whole(ProductLibrary.Own.Single(x, y, new(2)), x.Rows, y.Rows);

    private static double[] Doubles(Matrix x, Matrix y) =>
        Whole(ProductLibrary.Own.Double(x, y, new(2)), x.Rows, y.Rows);

    private static void SamePieces<T>(Func<InnerProducts<T>> make)
        where T : unmanaged
    {
        using var products = make();
        var whole = Tile(products, 0, 61, 0, 90);
        foreach (var (row, height, column, width) in Places)
        {
            var part = Part(whole, 90, (row, height), (column, width));
            Assert.Equal(part, Tile(products, row, height, column, width, gap: 0));
        }
    }

    private static T[] Part<T>(T[] whole, int stride, (int Start, int Count) rows, (int Start, int Count) columns) =>
        [.. Enumerable.Range(rows.Start, rows.Count).SelectMany(
            i => whole[(i * stride + columns.Start)..(i * stride + columns.Start + columns.Count)])];
}
