using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// The parts of a product of a block with a vector. The sums have the same lanes on every machine and use fused
/// multiply-adds, so that the bits do not depend on the processor.
/// </summary>
internal static class RowArithmetic
{
    private const int Lanes = 4;

    /// <summary>The sum over j of a[j] b[j].</summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (s, t, u, v) =
            (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var j = 0;
        for (; j <= a.Length - 4 * Lanes; j += 4 * Lanes)
        {
            s = Fma(ref x, ref y, j, s);
            t = Fma(ref x, ref y, j + Lanes, t);
            u = Fma(ref x, ref y, j + 2 * Lanes, u);
            v = Fma(ref x, ref y, j + 3 * Lanes, v);
        }

        for (; j <= a.Length - Lanes; j += Lanes)
        {
            s = Fma(ref x, ref y, j, s);
        }

        var sum = Sum(s + t + (u + v));
        for (; j < a.Length; j++)
        {
            sum = Math.FusedMultiplyAdd(a[j], b[j], sum);
        }

        return sum;
    }

    /// <summary>Sets y[j] = c a[j] + y[j].</summary>
    internal static void Add(double c, ReadOnlySpan<double> a, Span<double> y)
    {
        y = y[..a.Length];
        ref var from = ref MemoryMarshal.GetReference(a);
        ref var to = ref MemoryMarshal.GetReference(y);
        var factor = Vector256.Create(c);
        var j = 0;
        for (; j <= a.Length - Lanes; j += Lanes)
        {
            var sum = Vector256.FusedMultiplyAdd(
                factor, Vector256.LoadUnsafe(ref from, (nuint)j), Vector256.LoadUnsafe(ref to, (nuint)j));
            sum.StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < a.Length; j++)
        {
            y[j] = Math.FusedMultiplyAdd(c, a[j], y[j]);
        }
    }

    /// <summary>Sets y[j] = a[j] y[j].</summary>
    internal static void Multiply(ReadOnlySpan<double> a, Span<double> y)
    {
        y = y[..a.Length];
        ref var from = ref MemoryMarshal.GetReference(a);
        ref var to = ref MemoryMarshal.GetReference(y);
        var j = 0;
        for (; j <= a.Length - Lanes; j += Lanes)
        {
            var product = Vector256.LoadUnsafe(ref from, (nuint)j) * Vector256.LoadUnsafe(ref to, (nuint)j);
            product.StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < a.Length; j++)
        {
            y[j] *= a[j];
        }
    }

    /// <summary>Sets y[j] = c y[j].</summary>
    internal static void Scale(double c, Span<double> y)
    {
        ref var to = ref MemoryMarshal.GetReference(y);
        var j = 0;
        for (; j <= y.Length - Lanes; j += Lanes)
        {
            (c * Vector256.LoadUnsafe(ref to, (nuint)j)).StoreUnsafe(ref to, (nuint)j);
        }

        for (; j < y.Length; j++)
        {
            y[j] *= c;
        }
    }

    /// <summary>
    /// Computes the sums over j of r[j] v[j] for four rows r, and sets y[j] = c0 r0[j] + c1 r1[j] + c2 r2[j] + c3 r3[j]
    /// + y[j]. Each number is read once. Four sums keep the multipliers busy, so that each needs only one accumulator.
    /// </summary>
    /// <param name="rows">The four rows.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    /// <param name="v">v, which is as long as the rows.</param>
    /// <param name="c">The four factors.</param>
    /// <param name="y">y.</param>
    /// <param name="sums">The four sums.</param>
    internal static void DotAndAdd(
        ReadOnlySpan<double> rows,
        int stride,
        ReadOnlySpan<double> v,
        ReadOnlySpan<double> c,
        Span<double> y,
        Span<double> sums)
    {
        var length = v.Length;
        ref var to = ref MemoryMarshal.GetReference(y[..length]);
        ref var with = ref MemoryMarshal.GetReference(v);
        ref var a = ref MemoryMarshal.GetReference(rows[..(3 * stride + length)]);
        var (b, d, e) = (stride, 2 * stride, 3 * stride);
        var (c0, c1, c2, c3) =
            (Vector256.Create(c[0]), Vector256.Create(c[1]), Vector256.Create(c[2]), Vector256.Create(c[3]));
        var (s0, s1, s2, s3) =
            (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var j = 0;
        for (; j <= length - Lanes; j += Lanes)
        {
            var (x, sum) = (Vector256.LoadUnsafe(ref with, (nuint)j), Vector256.LoadUnsafe(ref to, (nuint)j));
            Step(Vector256.LoadUnsafe(ref a, (nuint)j), x, c0, ref s0, ref sum);
            Step(Vector256.LoadUnsafe(ref a, (nuint)(b + j)), x, c1, ref s1, ref sum);
            Step(Vector256.LoadUnsafe(ref a, (nuint)(d + j)), x, c2, ref s2, ref sum);
            Step(Vector256.LoadUnsafe(ref a, (nuint)(e + j)), x, c3, ref s3, ref sum);
            sum.StoreUnsafe(ref to, (nuint)j);
        }

        (sums[0], sums[1], sums[2], sums[3]) = (Sum(s0), Sum(s1), Sum(s2), Sum(s3));
        for (; j < length; j++)
        {
            for (var k = 0; k < 4; k++)
            {
                var r = rows[k * stride + j];
                sums[k] = Math.FusedMultiplyAdd(r, v[j], sums[k]);
                y[j] = Math.FusedMultiplyAdd(c[k], r, y[j]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        Vector256<double> r,
        Vector256<double> x,
        Vector256<double> c,
        ref Vector256<double> dot,
        ref Vector256<double> sum)
    {
        dot = Vector256.FusedMultiplyAdd(r, x, dot);
        sum = Vector256.FusedMultiplyAdd(c, r, sum);
    }

    private static double Sum(Vector256<double> s) =>
        s.GetElement(0) + s.GetElement(1) + (s.GetElement(2) + s.GetElement(3));

    private static Vector256<double> Fma(ref double x, ref double y, int j, Vector256<double> sum) =>
        Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref x, (nuint)j), Vector256.LoadUnsafe(ref y, (nuint)j), sum);
}
