using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Compares a library's product with our own, for odd shapes, rows with gaps between them, and four threads at once.
/// The error of any order of summation is at most k·u·Σ|a·b|, u = 2⁻⁵³ or 2⁻²⁴, and both products may have it.
/// </summary>
internal static unsafe class BlasCheck
{
    private const int Threads = 4;
    private const int Gap = 3;

    private static (int M, int N, int K)[] Shapes =>
        [(1, 1, 1), (2, 3, 1), (7, 5, 3), (1, 40, 17), (40, 1, 31), (17, 33, 16), (65, 37, 129), (48, 50, 300)];

    /// <summary>Whether both functions compute A Bᵀ, within the error of rounding.</summary>
    /// <param name="single">The product in float32.</param>
    /// <param name="twice">The product in float64.</param>
    /// <param name="reason">The fault, or empty.</param>
    internal static bool TryPass(RowGemm<float> single, RowGemm<double> twice, out string reason)
    {
        var faults = new string[Threads];
        new Workers(Threads).For(Threads, t => faults[t] = Fault(single, "sgemm") + Fault(twice, "dgemm"));
        reason = faults.FirstOrDefault(fault => fault != "") ?? "";
        return reason == "";
    }

    private static string Fault<T>(RowGemm<T> gemm, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Array.FindIndex(Shapes, s => !IsRight(gemm, s.M, s.N, s.K)) is >= 0 and var at
            ? $"{name} computes wrongly for {Shapes[at].M} x {Shapes[at].N} x {Shapes[at].K}. "
            : "";

    private static bool IsRight<T>(RowGemm<T> gemm, int m, int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (a, b) = (Sample(m, k, 1), Sample(n, k, 2));
        var (value, size) = (Product(a, b), Product(Absolute(a), Absolute(b)));
        var c = Run(gemm, a, b);
        var unit = double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;
        return Enumerable.Range(0, c.Length).All(t => t % (n + Gap) < n
            ? IsNear(double.CreateChecked(c[t]), value, size, t / (n + Gap) * n + t % (n + Gap), 2 * (k + 1) * unit)
            : T.IsNaN(c[t]));
    }

    // The result is false if the actual number is NaN.
    private static bool IsNear(double actual, double[] value, double[] size, int t, double error) =>
        Math.Abs(actual - value[t]) <= error * size[t];

    /// <summary>The product C with gaps between its rows. Numbers that were not written are NaN.</summary>
    private static T[] Run<T>(RowGemm<T> gemm, Matrix a, Matrix b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (lda, ldb, ldc) = (a.Columns + Gap, a.Columns + 2 * Gap, b.Rows + Gap);
        var (left, right, c) = (Widen<T>(a, lda), Widen<T>(b, ldb), new T[a.Rows * ldc]);
        Array.Fill(c, T.NaN);
        fixed (T* x = left, y = right, z = c)
        {
            gemm(a.Rows, b.Rows, a.Columns, x, lda, y, ldb, z, ldc);
        }

        return c;
    }

    private static T[] Widen<T>(Matrix a, int stride)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var wide = new T[a.Rows * stride];
        Array.Fill(wide, T.NaN);
        for (var t = 0; t < a.Data.Length; t++)
        {
            wide[t / a.Columns * stride + t % a.Columns] = T.CreateTruncating(a.Data[t]);
        }

        return wide;
    }

    /// <summary>Numbers between -1 and 1 that float32 holds exactly.</summary>
    private static Matrix Sample(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var entries = Enumerable.Range(0, rows * columns).Select(_ => 2.0 * random.NextSingle() - 1);
        return Matrix.Wrap([.. entries], rows, columns);
    }

    private static Matrix Absolute(Matrix a) => Matrix.Wrap([.. a.Data.Select(Math.Abs)], a.Rows, a.Columns);

    private static double[] Product(Matrix a, Matrix b)
    {
        var c = new double[a.Rows * b.Rows];
        RowProducts.Assign(a.Data, a.Columns, b.Data, b.Columns, c, b.Rows, a.Rows, b.Rows, a.Columns);
        return c;
    }
}
