using System.Numerics;
using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>A dense algebra called on arrays, row by row, and the bounds that its precision allows.</summary>
internal sealed unsafe class DenseProblem<T>(DenseAlgebra<T> algebra)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Gap = 5;

    /// <summary>The distance from 1 to the next number.</summary>
    internal static double Unit { get; } = double.CreateChecked(T.BitIncrement(T.One) - T.One);

    /// <summary>The nearest matrix of this precision.</summary>
    internal static double[] Rounded(double[] a) => [.. a.Select(x => double.CreateChecked(T.CreateChecked(x)))];

    /// <summary>L, zero above the diagonal; or the failing minor. What lies above and between the rows must be left alone.</summary>
    internal (double[] Factor, FailingMinor Failure) Factor(double[] a, int n, int threads = 2)
    {
        var wide = Spread(a, n, n, (i, j) => j <= i);
        fixed (T* x = wide)
        {
            var isFactored = algebra.TryFactor(new(x, n, n, n + Gap), new(threads), null, out var failure);
            Assert.Equal(isFactored, failure == default);
            Assert.True(Enumerable.Range(0, wide.Length).All(t => t % (n + Gap) <= t / (n + Gap) || T.IsNaN(wide[t])));
            return (Matrices.Lower(Gathered(wide, n, n), n), failure);
        }
    }

    /// <summary>(L Lᵀ)⁻¹ B, B row by row or column by column.</summary>
    internal double[] Solve(double[] l, double[] b, int n, int columns, bool byColumns)
    {
        var factor = Spread(l, n, n, (i, j) => j <= i);
        var sides = byColumns ? Spread(Transpose(b, n, columns), columns, n) : Spread(b, n, columns);
        fixed (T* x = factor, y = sides)
        {
            var rows = byColumns ? new MatrixView<T>(y, columns, n, n + Gap).Transpose : new MatrixView<T>(y, n, columns, columns + Gap);
            algebra.Solve(new(x, n, n, n + Gap), rows, new(2));
        }

        return byColumns ? Transpose(Gathered(sides, columns, n), columns, n) : Gathered(sides, n, columns);
    }

    /// <summary>A B, each row by row or column by column.</summary>
    internal double[] Multiply(double[] a, double[] b, int m, int k, int n, bool turnsA, bool turnsB)
    {
        var (left, right) = (Laid(a, m, k, turnsA), Laid(b, k, n, turnsB));
        var product = Spread(new double[m * n], m, n);
        fixed (T* x = left, y = right, z = product)
        {
            algebra.Multiply(
                turnsA ? new MatrixView<T>(x, k, m, m + Gap).Transpose : new(x, m, k, k + Gap),
                turnsB ? new MatrixView<T>(y, n, k, k + Gap).Transpose : new(y, k, n, n + Gap),
                new(z, m, n, n + Gap), new(2));
        }

        return Gathered(product, m, n);
    }

    /// <summary>The largest eigenvalues, ascending, and their vectors, one a row; NaN stands above the diagonal.</summary>
    internal (double[] Values, double[] Vectors) Decompose(double[] a, int n, int leading, int threads = 2)
    {
        var (values, vectors) = algebra.Decompose(
            [.. a.Select((x, t) => t % n <= t / n ? T.CreateChecked(x) : T.NaN)], n, leading, new(threads));
        return ([.. values.Select(double.CreateChecked)], [.. vectors.Select(double.CreateChecked)]);
    }

    private static T[] Laid(double[] a, int rows, int columns, bool turns) =>
        turns ? Spread(Transpose(a, rows, columns), columns, rows) : Spread(a, rows, columns);

    private static T[] Spread(double[] a, int rows, int columns, Func<int, int, bool>? isIn = null)
    {
        var wide = columns + Gap;
        return [.. Enumerable.Range(0, rows * wide).Select(t => t % wide < columns && isIn?.Invoke(t / wide, t % wide) != false
            ? T.CreateChecked(a[t / wide * columns + t % wide])
            : T.NaN)];
    }

    private static double[] Gathered(T[] wide, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns).Select(t => double.CreateChecked(wide[t / columns * (columns + Gap) + t % columns]))];
}
