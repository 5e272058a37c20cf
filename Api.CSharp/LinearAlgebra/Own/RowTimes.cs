using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// The product of one row with a matrix, y = a V or y = y + a V, by the chains of <see cref="RowProducts"/>. It has the
/// same bits, and is faster for few rows, since nothing is packed.
/// </summary>
internal static unsafe class RowTimes
{
    private const int Depth = Blocking.Depth;
    private const int Lanes = 4;

    /// <summary>Adds a V to y, or assigns it.</summary>
    /// <param name="a">The row, of as many numbers as V has rows.</param>
    /// <param name="v">V, row-major.</param>
    /// <param name="y">The result, a number for each column of V.</param>
    /// <param name="add">Whether the product is added; otherwise it is assigned.</param>
    internal static void Run(double* a, MatrixView<double> v, double* y, bool add)
    {
        nint o = 0;
        for (; o + Lanes <= v.Columns; o += Lanes)
        {
            // -0 + s is s, also for s = -0, so that the first chain counts as assigned.
            var before = add ? Vector256.Load(y + o) : Vector256.Create(-0.0);
            Sum(a, v.At(0, o), v.RowStride, v.Rows, before).Store(y + o);
        }

        for (; o < v.Columns; o++)
        {
            y[o] = Sum(a, v.At(0, o), v.RowStride, v.Rows, add ? y[o] : -0.0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<double> Sum(double* a, double* v, nint stride, nint rows, Vector256<double> total)
    {
        nint k = 0;
        var jump = Depth * stride;
        for (; k + 4 * Depth <= rows; k += 4 * Depth)
        {
            Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
            double* x = a + k, w = v + k * stride;
            for (nint t = 0; t < Depth; t++, w += stride)
            {
                s0 = Vector256.FusedMultiplyAdd(Vector256.Create(x[t]), Vector256.Load(w), s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.Create(x[t + Depth]), Vector256.Load(w + jump), s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.Create(x[t + 2 * Depth]), Vector256.Load(w + 2 * jump), s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.Create(x[t + 3 * Depth]), Vector256.Load(w + 3 * jump), s3);
            }

            total = total + s0 + s1 + s2 + s3;
        }

        for (; k < rows; k += Depth)
        {
            Vector256<double> s = default;
            for (var t = k; t < nint.Min(rows, k + Depth); t++)
            {
                s = Vector256.FusedMultiplyAdd(Vector256.Create(a[t]), Vector256.Load(v + t * stride), s);
            }

            total += s;
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(double* a, double* v, nint stride, nint rows, double total)
    {
        nint k = 0;
        var jump = Depth * stride;
        for (; k + 4 * Depth <= rows; k += 4 * Depth)
        {
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            double* x = a + k, w = v + k * stride;
            for (nint t = 0; t < Depth; t++, w += stride)
            {
                s0 = Math.FusedMultiplyAdd(x[t], w[0], s0);
                s1 = Math.FusedMultiplyAdd(x[t + Depth], w[jump], s1);
                s2 = Math.FusedMultiplyAdd(x[t + 2 * Depth], w[2 * jump], s2);
                s3 = Math.FusedMultiplyAdd(x[t + 3 * Depth], w[3 * jump], s3);
            }

            total = total + s0 + s1 + s2 + s3;
        }

        for (; k < rows; k += Depth)
        {
            var s = 0.0;
            for (var t = k; t < nint.Min(rows, k + Depth); t++)
            {
                s = Math.FusedMultiplyAdd(a[t], v[t * stride], s);
            }

            total += s;
        }

        return total;
    }
}
