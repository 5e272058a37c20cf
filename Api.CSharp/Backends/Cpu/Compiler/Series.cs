using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Mehler's series on a strip, T = Σ a_k(q1) a_k(q2) ρ^k, by one Horner pass over four vectors at once. Each pair takes
/// the first rung K at which |ρ|^K √(t_K t'_K) is at most the tolerance. Its sum starts from zero there, so that its
/// bits do not depend on its neighbors. A pair whose tail is too long at every rung becomes not a number.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class Series<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// The size of the working memory, in numbers: for the rungs of four vectors, and for a row's coefficients.
    /// </summary>
    internal const int Room = 64 + 512;

    // If a panel has only two vectors, they are computed twice.
    private static int Third
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * V.Count <= HermitePanels<T>.Width ? 2 * V.Count : 0;
    }

    private static int Fourth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Third + V.Count;
    }

    private static int Together => Math.Min(4 * V.Count, HermitePanels<T>.Width);

    private static readonly T Tolerance = T.CreateTruncating(Rungs.Tolerance(typeof(T) == typeof(float)));

    /// <summary>The series of row i with columns j, ..., j + count - 1; j and count are multiples of a panel.</summary>
    internal static void Run(
        HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, nint count, T* rho, T* to, T* room)
    {
        var gathered = 0;
        for (nint at = 0; at < count; at += Together)
        {
            Four(rows, i, columns, j + (int)at, room + 64, ref gathered, rho + at, to + at, room);
        }
    }

    // Copies the row's coefficients side by side, as far as they are needed.
    private static void Gather(HermitePanels<T> rows, int i, int terms, T* own, ref int gathered)
    {
        for (var from = rows.Coefficients(i); gathered < terms; gathered++)
        {
            own[gathered] = from[gathered * HermitePanels<T>.Width];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(
        HermitePanels<T> rows, int i, HermitePanels<T> columns, int j,
        T* own, ref int gathered, T* rho, T* to, T* needs)
    {
        var (last, first) = Climb(rows, i, columns, j, rho, needs);
        var terms = Math.Min(
            columns.StoredOf(Rungs.Terms[Math.Min(last, Rungs.Count - 1)]),
            Math.Min(rows.Length(i), columns.Length(j)));
        Gather(rows, i, terms, own, ref gathered);
        var others = columns.Coefficients(j);
        var (x0, x1, x2, x3) = (V.Load(rho), V.Load(rho + V.Count), V.Load(rho + Third), V.Load(rho + Fourth));
        if (columns.Step == 2)
        {
            (x0, x1, x2, x3) = (x0 * x0, x1 * x1, x2 * x2, x3 * x3);
        }

        V s0 = default, s1 = default, s2 = default, s3 = default;
        for (var rung = Math.Min(last, Rungs.Count - 1); rung >= 0; rung--)
        {
            var end = rung == 0 ? 0 : Math.Min(terms, columns.StoredOf(Rungs.Terms[rung - 1]));
            var b = others + (nint)(terms - 1) * HermitePanels<T>.Width;
            for (var k = terms - 1; k >= end; k--, b -= HermitePanels<T>.Width)
            {
                var a = V.Create(own[k]);
                s0 = V.Fma(s0, x0, a * V.Load(b));
                s1 = V.Fma(s1, x1, a * V.Load(b + V.Count));
                s2 = V.Fma(s2, x2, a * V.Load(b + Third));
                s3 = V.Fma(s3, x3, a * V.Load(b + Fourth));
            }

            terms = end;
            if (rung > first)
            {
                // Pairs that need only the rungs below this one start from zero here.
                var here = V.Number(rung);
                s0 = V.Without(s0, V.Less(V.Load(needs), here));
                s1 = V.Without(s1, V.Less(V.Load(needs + V.Count), here));
                s2 = V.Without(s2, V.Less(V.Load(needs + Third), here));
                s3 = V.Without(s3, V.Less(V.Load(needs + Fourth), here));
            }
        }

        if (columns.First == 1)
        {
            s0 *= V.Load(rho);
            s1 *= V.Load(rho + V.Count);
            s2 *= V.Load(rho + Third);
            s3 *= V.Load(rho + Fourth);
        }

        Put(s0, needs, to);
        Put(s1, needs + V.Count, to + V.Count);
        Put(s2, needs + Third, to + Third);
        Put(s3, needs + Fourth, to + Fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(V sum, T* needs, T* to) =>
        V.Store(V.Select(V.Less(V.Load(needs), V.Number(Rungs.Count)), sum, V.Create(T.NaN)), to);

    /// <summary>
    /// Finds the rung that each pair of four vectors needs, which is the number of rungs at which its tail is too long.
    /// It returns the last and the first of these rungs, or <see cref="Rungs.Count"/> where no rung suffices. The
    /// powers start with |ρ|^8 and |ρ|^12, and each further one is the square of the one before the last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Last, int First) Climb(
        HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, T* rho, T* needs)
    {
        var (p0, p1, p2, p3) = (Square(rho), Square(rho + V.Count), Square(rho + Third), Square(rho + Fourth));
        (p0, p1, p2, p3) = (p0 * p0, p1 * p1, p2 * p2, p3 * p3);
        var (q0, q1, q2, q3) = (p0 * p0, p1 * p1, p2 * p2, p3 * p3);
        (p0, p1, p2, p3) = (q0 * p0, q1 * p1, q2 * p2, q3 * p3);
        V n0 = default, n1 = default, n2 = default, n3 = default;
        var (first, last, tolerance, one) = (-1, Rungs.Count, V.Create(Tolerance), V.Number(1));
        for (var rung = 0; rung < Rungs.Count; rung++)
        {
            var own = V.Create(*rows.Tail(rung, i));
            var tail = columns.Tail(rung, j);
            var m0 = V.AtMost(q0 * (own * V.Load(tail)), tolerance);
            var m1 = V.AtMost(q1 * (own * V.Load(tail + V.Count)), tolerance);
            var m2 = V.AtMost(q2 * (own * V.Load(tail + Third)), tolerance);
            var m3 = V.AtMost(q3 * (own * V.Load(tail + Fourth)), tolerance);
            if (first < 0 && V.Any(m0 | m1 | m2 | m3))
            {
                first = rung;
            }

            n0 += V.Without(one, m0);
            n1 += V.Without(one, m1);
            n2 += V.Without(one, m2);
            n3 += V.Without(one, m3);
            if (!V.Any(V.Equal(one, V.Without(one, m0 & m1 & m2 & m3))))
            {
                last = rung;
                break;
            }

            ((q0, p0), (q1, p1), (q2, p2), (q3, p3)) = ((p0, q0 * q0), (p1, q1 * q1), (p2, q2 * q2), (p3, q3 * q3));
        }

        V.Store(n0, needs);
        V.Store(n1, needs + V.Count);
        V.Store(n2, needs + Third);
        V.Store(n3, needs + Fourth);
        return (last, first < 0 ? Rungs.Count : first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Square(T* rho) => V.Load(rho) * V.Load(rho);
}
