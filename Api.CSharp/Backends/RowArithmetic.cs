using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// What a product of a block with a vector is made of. The sums are those of 16 lanes on every machine, each by fused
/// multiply-adds, so the bits do not depend on the processor.
/// </summary>
internal static class RowArithmetic
{
    private const int Lanes = 4;

    /// <summary>sum over j of a[j] b[j].</summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (s, t, u, v) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
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

        var all = s + t + (u + v);
        var sum = all.GetElement(0) + all.GetElement(1) + (all.GetElement(2) + all.GetElement(3));
        for (; j < a.Length; j++)
        {
            sum = Math.FusedMultiplyAdd(a[j], b[j], sum);
        }

        return sum;
    }

    /// <summary>y[j] = c a[j] + y[j].</summary>
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

    private static Vector256<double> Fma(ref double x, ref double y, int j, Vector256<double> sum) =>
        Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref x, (nuint)j), Vector256.LoadUnsafe(ref y, (nuint)j), sum);
}
