using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// The innermost product: 6 x 8 entries s[r, c] = sum over k of a[k·6 + r]·b[k·8 + c] from packed panels.
/// Each entry is one chain of fused multiply-adds from zero, k ascending, for every vector width.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>Computes the 6 x 8 sums and writes them to <paramref name="c"/>.</summary>
    /// <remarks>
    /// The method is longer than 40 lines because the 12 accumulators stay in registers only as locals.
    /// </remarks>
    /// <param name="depth">The number of terms.</param>
    /// <param name="a">A packed panel of 6 rows, (depth x 6).</param>
    /// <param name="b">A packed panel of 8 rows, (depth x 8).</param>
    /// <param name="c">The output, 6 rows of 8 numbers.</param>
    /// <param name="stride">The leading dimension of <paramref name="c"/>.</param>
    /// <param name="write">The way in which a sum changes an entry of the output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(nint depth, double* a, double* b, double* c, nint stride, Write write)
    {
        Vector256<double> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector256<double> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        for (var k = depth; k > 0; k--, a += Blocking.MicroRows, b += Blocking.MicroColumns)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 4);

            var x = Vector256.Create(a[0]);
            s00 = Vector256.FusedMultiplyAdd(x, b0, s00);
            s01 = Vector256.FusedMultiplyAdd(x, b1, s01);
            x = Vector256.Create(a[1]);
            s10 = Vector256.FusedMultiplyAdd(x, b0, s10);
            s11 = Vector256.FusedMultiplyAdd(x, b1, s11);
            x = Vector256.Create(a[2]);
            s20 = Vector256.FusedMultiplyAdd(x, b0, s20);
            s21 = Vector256.FusedMultiplyAdd(x, b1, s21);
            x = Vector256.Create(a[3]);
            s30 = Vector256.FusedMultiplyAdd(x, b0, s30);
            s31 = Vector256.FusedMultiplyAdd(x, b1, s31);
            x = Vector256.Create(a[4]);
            s40 = Vector256.FusedMultiplyAdd(x, b0, s40);
            s41 = Vector256.FusedMultiplyAdd(x, b1, s41);
            x = Vector256.Create(a[5]);
            s50 = Vector256.FusedMultiplyAdd(x, b0, s50);
            s51 = Vector256.FusedMultiplyAdd(x, b1, s51);
        }

        Put(c, s00, s01, write);
        Put(c + stride, s10, s11, write);
        Put(c + 2 * stride, s20, s21, write);
        Put(c + 3 * stride, s30, s31, write);
        Put(c + 4 * stride, s40, s41, write);
        Put(c + 5 * stride, s50, s51, write);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(double* c, Vector256<double> low, Vector256<double> high, Write write)
    {
        switch (write)
        {
            case Write.Add:
                (Vector256.Load(c) + low).Store(c);
                (Vector256.Load(c + 4) + high).Store(c + 4);
                break;
            case Write.Subtract:
                (Vector256.Load(c) - low).Store(c);
                (Vector256.Load(c + 4) - high).Store(c + 4);
                break;
            default:
                low.Store(c);
                high.Store(c + 4);
                break;
        }
    }
}
