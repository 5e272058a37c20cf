using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class RowProductSpec
{
    public static TheoryData<int> Depths =>
        [.. Enumerable.Range(1, 70), 255, 256, 257, 511, 512, 513, 784, 1023, 1024, 1025, 1300, 2100];

    [Theory]
    [MemberData(nameof(Depths))]
    public void An_entry_of_a_tile_is_the_dot_product_of_its_rows(int depth)
    {
        foreach (var (rows, columns) in new[] { (1, 1), (5, 7), (6, 8), (7, 9), (13, 17), (1, 31), (29, 1), (101, 23) })
        {
            var (a, b) = (Random(rows, depth, 1), Random(columns, depth, 2));
            var (dots, tile) = (Dots(a, b, rows, columns, depth), Tile(a, b, rows, columns, depth));
            SameBits(dots, tile, $"{rows} x {columns} x {depth}");
        }
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void A_dot_product_is_chains_of_256_fused_terms_added_in_order(int depth)
    {
        var (a, b) = (Random(1, depth, 3), Random(1, depth, 4));
        SameBits([Chains(a, b)], [RowProducts.Dot(a, b)]);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void The_product_of_two_rows_commutes_to_the_last_bit(int depth)
    {
        var (a, b) = (Random(11, depth, 5), Random(19, depth, 6));
        SameBits(Tile(a, b, 11, 19, depth), Transpose(Tile(b, a, 19, 11, depth), 19, 11));
        SameBits([RowProducts.Dot(a, a)], [RowProducts.Dot((double[])a.Clone(), a)]);
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void Identical_rows_have_identical_products_wherever_they_stand(int depth)
    {
        const int rows = 21;
        var row = Random(1, depth, 7);
        var a = Enumerable.Repeat(row, rows).SelectMany(x => x).ToArray();
        var expected = Enumerable.Repeat(RowProducts.Dot(row, row), rows * rows).ToArray();
        SameBits(expected, Tile(a, a, rows, rows, depth));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(300)]
    [InlineData(784)]
    public void Every_partition_into_tiles_gives_the_same_bits(int depth)
    {
        const int rows = 203, columns = 411;
        var (a, b) = (Random(rows, depth, 8), Random(columns, depth, 9));
        var whole = Tile(a, b, rows, columns, depth);
        foreach (var (height, width) in new[] { (1, 411), (203, 1), (6, 8), (7, 5), (96, 384), (50, 77) })
        {
            SameBits(whole, Pieces(a, b, rows, columns, depth, height, width), $"{height} x {width}");
        }
    }

    [Fact]
    public void Leading_dimensions_skip_what_lies_between_rows()
    {
        const int rows = 9, columns = 11, depth = 5;
        var (a, b) = (Random(rows, depth, 10), Random(columns, depth, 11));
        var c = Enumerable.Repeat(double.NaN, rows * (columns + 2)).ToArray();
        var (wideA, wideB) = (Widen(a, depth, 3), Widen(b, depth, 4));
        RowProducts.Assign(wideA, depth + 3, wideB, depth + 4, c, columns + 2, rows, columns, depth);
        SameBits(Widen(Tile(a, b, rows, columns, depth), columns, 2), c);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(600)]
    public void Subtraction_takes_the_chains_off_in_order(int depth)
    {
        const int rows = 8, columns = 10;
        var (a, b, c) = (Random(rows, depth, 12), Random(columns, depth, 13), Random(rows, columns, 14));
        double[] expected =
            [.. c.Select((x, t) => Subtracted(x, Row(a, t / columns, depth), Row(b, t % columns, depth)))];
        RowProducts.Subtract(a, depth, b, depth, c, columns, rows, columns, depth);
        SameBits(expected, c);
    }

    [Fact]
    public void Products_that_vanish_keep_their_sign()
    {
        double[] a = [-1e-200], b = [1e-200];
        SameBits([-0.0], [RowProducts.Dot(a, b)]);
        SameBits([-0.0], Tile(a, b, 1, 1, 1));
    }

    [Fact]
    public void Rows_of_no_numbers_have_product_zero()
    {
        var c = Random(2, 3, 15);
        RowProducts.Assign([], 0, [], 0, c, 3, 2, 3, 0);
        SameBits(new double[6], c);
        SameBits([0], [RowProducts.Dot([], [])]);
    }

    [Fact]
    public void The_error_of_a_long_row_stays_within_its_bound()
    {
        const int depth = 100_000;
        var (a, b) = (Random(1, depth, 16), Random(1, depth, 17));
        var exact = a.Zip(b, (x, y) => (decimal)x * (decimal)y).Sum();
        var size = a.Zip(b, (x, y) => Math.Abs(x * y)).Sum();
        var error = Math.Abs((double)((decimal)RowProducts.Dot(a, b) - exact));
        Assert.InRange(error, 0, (256 + depth / 256.0) * Epsilon / 2 * size);
    }

    [Fact]
    public void A_span_too_short_is_named()
    {
        var error = Assert.Throws<ArgumentException>(
            () => RowProducts.Assign(new double[5], 3, new double[6], 3, new double[4], 2, 2, 2, 3));
        Assert.Equal("a", error.ParamName);
        Assert.Throws<ArgumentException>(() => RowProducts.Dot([1], [1, 2]));
    }

    private static double[] Tile(double[] a, double[] b, int rows, int columns, int depth)
    {
        var c = new double[rows * columns];
        RowProducts.Assign(a, depth, b, depth, c, columns, rows, columns, depth);
        return c;
    }

    private static double[] Pieces(double[] a, double[] b, int rows, int columns, int depth, int height, int width)
    {
        var c = new double[rows * columns];
        for (var i = 0; i < rows; i += height)
        {
            for (var j = 0; j < columns; j += width)
            {
                var (h, w) = (Math.Min(height, rows - i), Math.Min(width, columns - j));
                var left = a.AsSpan(i * depth);
                var right = b.AsSpan(j * depth);
                var tile = c.AsSpan(i * columns + j);
                RowProducts.Assign(left, depth, right, depth, tile, columns, h, w, depth);
            }
        }

        return c;
    }

    private static double[] Dots(double[] a, double[] b, int rows, int columns, int depth) =>
        [.. Enumerable.Range(0, rows * columns).Select(
            t => RowProducts.Dot(Row(a, t / columns, depth), Row(b, t % columns, depth)))];

    private static double[] Row(double[] a, int i, int depth) => a[(i * depth)..((i + 1) * depth)];

    private static double Chains(double[] a, double[] b) => ChainSums(a, b).Aggregate((x, y) => x + y);

    private static double Subtracted(double c, double[] a, double[] b) => ChainSums(a, b).Aggregate(c, (x, y) => x - y);

    private static IEnumerable<double> ChainSums(double[] a, double[] b) =>
        a.Zip(b).Chunk(256).Select(c => c.Aggregate(0.0, (s, t) => Math.FusedMultiplyAdd(t.First, t.Second, s)));

    private static double[] Widen(double[] a, int columns, int gap)
    {
        var rows = a.Length / columns;
        var wide = Enumerable.Repeat(double.NaN, rows * (columns + gap)).ToArray();
        for (var i = 0; i < rows; i++)
        {
            a.AsSpan(i * columns, columns).CopyTo(wide.AsSpan(i * (columns + gap)));
        }

        return wide;
    }
}
