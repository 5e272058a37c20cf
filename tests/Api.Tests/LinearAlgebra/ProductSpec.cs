using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class ProductSpec
{
    /// <summary>|C - A B| ≤ 2·K·ε·|A||B| entry by entry.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(50, 50, 1)]
    [InlineData(300, 300, 10)]
    [InlineData(401, 517, 393)]
    public void It_is_rows_times_columns(int rows, int depth, int columns)
    {
        var (a, b) = (Random(rows, depth, 1), Random(depth, columns, 2));
        var (expected, absolute) = Matrices.Multiply(a, b, rows, depth, columns);
        var actual = Multiply(a, b, rows, depth, columns, 2);
        for (var t = 0; t < actual.Length; t++)
        {
            Assert.InRange(Math.Abs(actual[t] - expected[t]), 0, 2 * depth * Epsilon * absolute[t]);
        }
    }

    [Fact]
    public void An_entry_has_the_bits_of_the_product_of_its_row_and_column()
    {
        const int rows = 301, depth = 300, columns = 7;
        var (a, b, c) = (Random(rows, depth, 3), Random(depth, columns, 4), new double[rows * columns]);
        RowProducts.Assign(a, depth, Transpose(b, depth, columns), depth, c, columns, rows, columns, depth);
        Assert.All([1, 2, 5], threads => SameBits(c, Multiply(a, b, rows, depth, columns, threads)));
    }

    private static double[] Multiply(double[] a, double[] b, int rows, int depth, int columns, int threads)
    {
        var c = new double[rows * columns];
        Product.Multiply(a, depth, b, columns, c, columns, rows, columns, depth, new Workers(threads));
        return c;
    }
}
