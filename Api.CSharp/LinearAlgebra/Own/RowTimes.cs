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
        // The last columns are summed with those before them, whose sums have the same bits again.
        var rest = v.Columns >= Lanes && v.Columns % Lanes != 0;
        var last = rest ? At(a, v, y, v.Columns - Lanes, add) : default;
        nint o = 0;
        for (; o + Lanes <= v.Columns; o += Lanes)
        {
            At(a, v, y, o, add).Store(y + o);
        }

        if (rest)
        {
            last.Store(y + v.Columns - Lanes);
            return;
        }

        for (; o < v.Columns; o++)
        {
            y[o] = Sum(a, v.At(0, o), v.RowStride, v.Rows, add ? y[o] : -0.0);
        }
    }

    // -0 + s is s, also for s = -0, so that the first chain counts as assigned.
    private static Vector256<double> At(double* a, MatrixView<double> v, double* y, nint column, bool add) =>
        Sum(
            a, v.At(0, column), v.RowStride, v.Rows, add ? Vector256.Load(y + column) : Vector256.Create(-0.0));

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

        return k < rows ? Last(a + k, v + k * stride, stride, rows - k, total) : total;
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

        return k < rows ? Last(a + k, v + k * stride, stride, rows - k, total) : total;
    }

    // The last chains, fewer than four or with a shorter one, side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<double> Last(double* a, double* v, nint stride, nint rows, Vector256<double> total)
    {
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default;
        nint second = Chain(rows, 1), third = Chain(rows, 2), fourth = Chain(rows, 3), jump = Depth * stride;
        for (nint t = 0; t < Chain(rows, 0); t++, v += stride)
        {
            s0 = Vector256.FusedMultiplyAdd(Vector256.Create(a[t]), Vector256.Load(v), s0);
            if (t < second)
            {
                s1 = Vector256.FusedMultiplyAdd(Vector256.Create(a[t + Depth]), Vector256.Load(v + jump), s1);
            }

            if (t < third)
            {
                s2 = Vector256.FusedMultiplyAdd(Vector256.Create(a[t + 2 * Depth]), Vector256.Load(v + 2 * jump), s2);
            }

            if (t < fourth)
            {
                s3 = Vector256.FusedMultiplyAdd(Vector256.Create(a[t + 3 * Depth]), Vector256.Load(v + 3 * jump), s3);
            }
        }

        // A chain that does not exist adds nothing, not even the sign of its zero.
        total += s0;
        total = second > 0 ? total + s1 : total;
        total = third > 0 ? total + s2 : total;
        return fourth > 0 ? total + s3 : total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Last(double* a, double* v, nint stride, nint rows, double total)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        nint second = Chain(rows, 1), third = Chain(rows, 2), fourth = Chain(rows, 3), jump = Depth * stride;
        for (nint t = 0; t < Chain(rows, 0); t++, v += stride)
        {
            s0 = Math.FusedMultiplyAdd(a[t], v[0], s0);
            s1 = t < second ? Math.FusedMultiplyAdd(a[t + Depth], v[jump], s1) : s1;
            s2 = t < third ? Math.FusedMultiplyAdd(a[t + 2 * Depth], v[2 * jump], s2) : s2;
            s3 = t < fourth ? Math.FusedMultiplyAdd(a[t + 3 * Depth], v[3 * jump], s3) : s3;
        }

        total += s0;
        total = second > 0 ? total + s1 : total;
        total = third > 0 ? total + s2 : total;
        return fourth > 0 ? total + s3 : total;
    }

    /// <summary>The number of terms of a chain among so many rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Chain(nint rows, nint chain) => nint.Clamp(rows - chain * Depth, 0, Depth);
}
