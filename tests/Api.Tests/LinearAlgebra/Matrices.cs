using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>Row-major test matrices and the plain loops that say what they should give.</summary>
internal static class Matrices
{
    /// <summary>The distance from 1 to the next number, twice the unit of rounding.</summary>
    internal const double Epsilon = 2.220446049250313e-16;

    internal static double[] Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => 2 * random.NextDouble() - 1)];
    }

    /// <summary>G Gᵀ / n + I with G uniform: symmetric, eigenvalues between 1 and about 3.</summary>
    internal static double[] PositiveDefinite(int n, int seed)
    {
        var g = Random(n, n, seed);
        var a = new double[n * n];
        RowProducts.Assign(g, n, g, n, a, n, n, n, n);
        for (var i = 0; i < n * n; i++)
        {
            a[i] = a[i] / n + (i % (n + 1) == 0 ? 1 : 0);
        }

        return a;
    }

    internal static double[] Diagonal(params double[] values)
    {
        var a = new double[values.Length * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            a[i * (values.Length + 1)] = values[i];
        }

        return a;
    }

    /// <summary>The factor of a positive definite matrix, zero above the diagonal.</summary>
    internal static double[] Factor(double[] a, int n, int threads = 2)
    {
        var l = (double[])a.Clone();
        Assert.True(Cholesky.TryFactor(l, n, n, new Workers(threads), null, out var failure), failure.ToString());
        return Lower(l, n);
    }

    internal static double[] Lower(double[] a, int n) => [.. a.Select((x, i) => i % n <= i / n ? x : 0)];

    internal static double[] Transpose(double[] a, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns).Select(t => a[t % rows * columns + t / rows])];

    /// <summary>A B by the plain loop, with the same product of absolute values, for error bounds.</summary>
    internal static (double[] Value, double[] Absolute) Multiply(
        double[] a, double[] b, int rows, int depth, int columns)
    {
        var (value, absolute) = (new double[rows * columns], new double[rows * columns]);
        for (var i = 0; i < rows; i++)
        {
            for (var k = 0; k < depth; k++)
            {
                for (var j = 0; j < columns; j++)
                {
                    var term = a[i * depth + k] * b[k * columns + j];
                    value[i * columns + j] += term;
                    absolute[i * columns + j] += Math.Abs(term);
                }
            }
        }

        return (value, absolute);
    }

    /// <summary>A⁻¹ by Gauss and Jordan, without pivoting: for positive definite matrices.</summary>
    internal static double[] Inverse(double[] a, int n)
    {
        var (rest, inverse) = ((double[])a.Clone(), Diagonal([.. Enumerable.Repeat(1.0, n)]));
        for (var p = 0; p < n; p++)
        {
            var pivot = rest[p * n + p];
            Scale(rest, p, n, pivot);
            Scale(inverse, p, n, pivot);
            for (var i = 0; i < n; i++)
            {
                var factor = i == p ? 0 : rest[i * n + p];
                for (var j = 0; j < n; j++)
                {
                    rest[i * n + j] -= factor * rest[p * n + j];
                    inverse[i * n + j] -= factor * inverse[p * n + j];
                }
            }
        }

        return inverse;
    }

    /// <summary>Every error is at most its bound, and none is NaN.</summary>
    internal static void Within(int count, Func<int, double> error, Func<int, double> bound)
    {
        for (var t = 0; t < count; t++)
        {
            Assert.True(Math.Abs(error(t)) <= bound(t), $"number {t}: {error(t):R} is beyond {bound(t):R}");
        }
    }

    internal static void SameBits(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var same = BitConverter.DoubleToInt64Bits(expected[i]) == BitConverter.DoubleToInt64Bits(actual[i]);
            Assert.True(same, $"{what} entry {i}: {expected[i]:R} and {actual[i]:R}");
        }
    }

    internal static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]);
            Assert.True(same, $"{what} entry {i}: {expected[i]:R} and {actual[i]:R}");
        }
    }

    private static void Scale(double[] a, int row, int n, double divisor)
    {
        for (var j = 0; j < n; j++)
        {
            a[row * n + j] /= divisor;
        }
    }
}
