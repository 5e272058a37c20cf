using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>Tiles of prepared inner products as arrays, and the plain loops that say what they should hold.</summary>
internal static unsafe class ProductTiles
{
    internal const float Sentinel = 77;

    internal static Matrix Rows(int rows, int depth, int seed) => Matrix.Wrap(Matrices.Random(rows, depth, seed), rows, depth);

    /// <summary>The whole product, (m x n).</summary>
    internal static T[] Whole<T>(InnerProducts<T> products, int rows, int columns)
        where T : unmanaged
    {
        using (products)
        {
            return Tile(products, 0, rows, 0, columns);
        }
    }

    /// <summary>One tile, (height x width); checks that it stays in its room and that the padding is zero.</summary>
    internal static T[] Tile<T>(InnerProducts<T> products, int row, int height, int column, int width, int gap = 3)
        where T : unmanaged
    {
        var padded = (width + 15) / 16 * 16;
        var c = Enumerable.Repeat((T)Convert.ChangeType(Sentinel, typeof(T)), (height + 1) * (padded + gap)).ToArray();
        fixed (T* start = c)
        {
            products.Tile(row, height, column, width, start, padded + gap);
        }

        var lines = c.Chunk(padded + gap).ToArray();
        Assert.All(lines[..height], line => Assert.All(line[width..padded], x => Assert.Equal(default, x)));
        var outside = lines[..height].SelectMany(line => line[padded..]).Concat(lines[height]);
        Assert.All(outside, x => Assert.Equal(Sentinel, Convert.ToSingle(x)));
        return [.. lines[..height].SelectMany(line => line[..width])];
    }

    /// <summary>X Yᵀ by chains of 256 fused terms in float32.</summary>
    internal static float[] SingleChains(Matrix x, Matrix y) => Table(x, y, (a, b) => a.Zip(b)
        .Chunk(256)
        .Select(c => c.Aggregate(0f, (s, t) => MathF.FusedMultiplyAdd((float)t.First, (float)t.Second, s)))
        .Aggregate((s, t) => s + t));

    /// <summary>X Yᵀ by the inner products of <see cref="RowProducts"/>.</summary>
    internal static double[] RowDots(Matrix x, Matrix y) => Table(x, y, (a, b) => RowProducts.Dot(a, b));

    /// <summary>X Yᵀ by its definition, with the products of absolute values for error bounds.</summary>
    internal static (double[] Value, double[] Absolute) Plain(Matrix x, Matrix y) =>
        Matrices.Multiply(x.Data, Matrices.Transpose(y.Data, y.Rows, y.Columns), x.Rows, x.Columns, y.Rows);

    /// <summary>Any two sums of d terms, rounded by unit u, differ by at most 2·d·u·Σ|x·y|; rounding X and Y adds 2·u.</summary>
    internal static void Near(Matrix x, Matrix y, IEnumerable<double> actual, double unit)
    {
        var (value, absolute) = Plain(x, y);
        var t = 0;
        foreach (var number in actual)
        {
            Assert.InRange(Math.Abs(number - value[t]), 0, 2 * (x.Columns + 2) * unit * absolute[t]);
            t++;
        }
    }

    private static T[] Table<T>(Matrix x, Matrix y, Func<double[], double[], T> entry) =>
        [.. from i in Enumerable.Range(0, x.Rows) from j in Enumerable.Range(0, y.Rows)
            select entry(x.Row(i).ToArray(), y.Row(j).ToArray())];
}
