using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// The products of a square block T of a symmetric matrix with vectors: T v, and Tᵀ w for the block's mirror image,
/// while four of its rows are in the first-level cache. The sums have eight lanes on every machine and use fused
/// multiply-adds, so that the bits do not depend on the processor.
/// </summary>
internal static unsafe class SquareProduct
{
    private const int Side = TriangleLayout.Side;
    private const int Lanes = 8;

    /// <summary>Adds T v to the sums ahead, and Tᵀ w to those of the mirror image, for every output.</summary>
    /// <param name="square">T, Side x Side.</param>
    /// <param name="outputs">The number of vectors.</param>
    /// <param name="v">The first vector at the columns of T.</param>
    /// <param name="w">The first vector at the rows of T.</param>
    /// <param name="length">The distance from a vector to the next.</param>
    /// <param name="ahead">T v, Side numbers for each vector.</param>
    /// <param name="mirrored">Tᵀ w, Side numbers for each vector.</param>
    /// <param name="room">Memory for four rows in float64, which float64 squares do not use.</param>
    internal static void Add<T>(
        T* square, int outputs, double* v, double* w, nint length, double* ahead, double* mirrored, double* room)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < Side; i += 4)
        {
            var rows = (double*)(square + i * Side);
            if (typeof(T) == typeof(float))
            {
                Widening.Copy(new((float*)square + i * Side, 4 * Side), new Span<double>(room, 4 * Side));
                rows = room;
            }

            var o = 0;
            for (; o + 2 <= outputs; o += 2)
            {
                Two(rows, v + o * length, length, w + o * length + i, ahead + o * Side + i, mirrored + o * Side);
            }

            if (o < outputs)
            {
                One(rows, v + o * length, w + o * length + i, ahead + o * Side + i, mirrored + o * Side);
            }
        }
    }

    // Two vectors at once: a number of the square is used by two, and a number of y by four rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(double* rows, double* v, nint length, double* w, double* ahead, double* y)
    {
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        Vector512<double> t0 = default, t1 = default, t2 = default, t3 = default;
        var (c0, c1, c2, c3) = (
            Vector512.Create(w[0]), Vector512.Create(w[1]), Vector512.Create(w[2]), Vector512.Create(w[3]));
        var (d0, d1, d2, d3) = (
            Vector512.Create(w[length]), Vector512.Create(w[length + 1]),
            Vector512.Create(w[length + 2]), Vector512.Create(w[length + 3]));
        for (nint j = 0; j < Side; j += Lanes)
        {
            var (x, u) = (Vector512.Load(v + j), Vector512.Load(v + length + j));
            var (a, b) = (Vector512.Load(y + j), Vector512.Load(y + Side + j));
            var r = Vector512.Load(rows + j);
            (s0, t0) = (Vector512.FusedMultiplyAdd(r, x, s0), Vector512.FusedMultiplyAdd(r, u, t0));
            (a, b) = (Vector512.FusedMultiplyAdd(r, c0, a), Vector512.FusedMultiplyAdd(r, d0, b));
            r = Vector512.Load(rows + Side + j);
            (s1, t1) = (Vector512.FusedMultiplyAdd(r, x, s1), Vector512.FusedMultiplyAdd(r, u, t1));
            (a, b) = (Vector512.FusedMultiplyAdd(r, c1, a), Vector512.FusedMultiplyAdd(r, d1, b));
            r = Vector512.Load(rows + 2 * Side + j);
            (s2, t2) = (Vector512.FusedMultiplyAdd(r, x, s2), Vector512.FusedMultiplyAdd(r, u, t2));
            (a, b) = (Vector512.FusedMultiplyAdd(r, c2, a), Vector512.FusedMultiplyAdd(r, d2, b));
            r = Vector512.Load(rows + 3 * Side + j);
            (s3, t3) = (Vector512.FusedMultiplyAdd(r, x, s3), Vector512.FusedMultiplyAdd(r, u, t3));
            (a, b) = (Vector512.FusedMultiplyAdd(r, c3, a), Vector512.FusedMultiplyAdd(r, d3, b));
            a.Store(y + j);
            b.Store(y + Side + j);
        }

        Add(ahead, s0, s1, s2, s3);
        Add(ahead + Side, t0, t1, t2, t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(double* rows, double* v, double* w, double* ahead, double* y)
    {
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        var (c0, c1, c2, c3) = (
            Vector512.Create(w[0]), Vector512.Create(w[1]), Vector512.Create(w[2]), Vector512.Create(w[3]));
        for (nint j = 0; j < Side; j += Lanes)
        {
            var (x, a) = (Vector512.Load(v + j), Vector512.Load(y + j));
            var r = Vector512.Load(rows + j);
            (s0, a) = (Vector512.FusedMultiplyAdd(r, x, s0), Vector512.FusedMultiplyAdd(r, c0, a));
            r = Vector512.Load(rows + Side + j);
            (s1, a) = (Vector512.FusedMultiplyAdd(r, x, s1), Vector512.FusedMultiplyAdd(r, c1, a));
            r = Vector512.Load(rows + 2 * Side + j);
            (s2, a) = (Vector512.FusedMultiplyAdd(r, x, s2), Vector512.FusedMultiplyAdd(r, c2, a));
            r = Vector512.Load(rows + 3 * Side + j);
            (s3, a) = (Vector512.FusedMultiplyAdd(r, x, s3), Vector512.FusedMultiplyAdd(r, c3, a));
            a.Store(y + j);
        }

        Add(ahead, s0, s1, s2, s3);
    }

    private static void Add(
        double* ahead, Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3)
    {
        ahead[0] += Sum(s0);
        ahead[1] += Sum(s1);
        ahead[2] += Sum(s2);
        ahead[3] += Sum(s3);
    }

    private static double Sum(Vector512<double> s)
    {
        var half = s.GetLower() + s.GetUpper();
        return half.GetElement(0) + half.GetElement(1) + (half.GetElement(2) + half.GetElement(3));
    }
}
