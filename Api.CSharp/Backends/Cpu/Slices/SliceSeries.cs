using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Mehler's series at pairs of positions, T = Σ a_k(q1) a_k(q2) ρ^k, for a vector of samples at each, four pairs at
/// once. With the derivative, P(ρ) = Σ A_k A'_k ρ^k gives T = m m' + √(q q') P(ρ) and T' = P'(ρ). Rungs and pairs
/// without a value are those of <see cref="Series{V, T}"/>.
/// </summary>
/// <typeparam name="R">How the row's values are read.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class SliceSeries<R, V, T>
    where R : struct, ISliceRows<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T[] Limits = [.. Rungs.Limits(typeof(T) == typeof(float)).Select(T.CreateTruncating)];

    private static int Bottom => Rungs.First(typeof(T) == typeof(float));

    /// <summary>Computes the series of pairs side by side.</summary>
    /// <param name="rows">The row's table.</param>
    /// <param name="p">The row's first position.</param>
    /// <param name="columns">The columns' table.</param>
    /// <param name="q">The columns' first position.</param>
    /// <param name="count">The number of pairs.</param>
    /// <param name="rho">The correlations, a vector for each pair.</param>
    /// <param name="to">Takes the values.</param>
    /// <param name="slopes">Takes those of the derivative; null for a function alone.</param>
    /// <returns>Whether all pairs have a value. The others are not numbers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Run(
        SliceTable<T> rows, int p, SliceTable<T> columns, int q, int count, T* rho, T* to, T* slopes)
    {
        var needs = stackalloc T[4 * V.Count];
        var length = Math.Min(rows.Length, columns.Length);
        var four = default(SliceFour<T>);
        var isWhole = true;
        for (var at = 0; at < count; at += 4)
        {
            four.Set(rows, p, columns, q, at, count);
            var (last, first) = Search(four, rho, needs);
            isWhole &= last < Rungs.Count;
            var rungs = Math.Min(last, Rungs.Count - 1);
            var terms = Math.Min(columns.Terms.Ends[rungs], length);
            if (slopes == null)
            {
                Values(four, columns.Terms, terms, rungs, first, rho, to, needs);
                continue;
            }

            Slopes(four, columns.Terms, terms, rungs, first, rho, to, slopes, needs);
            for (var j = 0; j < Math.Min(4, count - at); j++)
            {
                var place = (nint)(at + j) * V.Count;
                Finish(rows, p + at + j, columns, q + at + j, place, rho, to, slopes, needs + j * V.Count);
            }
        }

        return isWhole;
    }

    // As RungSearch, with decays of four pairs of positions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Last, int First) Search(in SliceFour<T> four, T* rho, T* needs)
    {
        var limits = Limits;
        float* d0 = four.RowDecays(0), d1 = four.RowDecays(1), d2 = four.RowDecays(2), d3 = four.RowDecays(3);
        float* e0 = four.ColumnDecays(0), e1 = four.ColumnDecays(1);
        float* e2 = four.ColumnDecays(2), e3 = four.ColumnDecays(3);
        V r0 = V.Abs(V.Load(rho + four.At(0) * V.Count)), r1 = V.Abs(V.Load(rho + four.At(1) * V.Count));
        V r2 = V.Abs(V.Load(rho + four.At(2) * V.Count)), r3 = V.Abs(V.Load(rho + four.At(3) * V.Count));
        V n0 = V.Number(Bottom), n1 = n0, n2 = n0, n3 = n0;
        var one = V.Number(1);
        int first = -1, last = limits.Length;
        for (nint rung = Bottom; rung < limits.Length; rung++)
        {
            V limit = V.Create(limits[rung]);
            var place = rung * V.Count;
            var m0 = V.AtMost(r0 * (R.Decay(d0, rung) * V.Widen(e0 + place)), limit);
            var m1 = V.AtMost(r1 * (R.Decay(d1, rung) * V.Widen(e1 + place)), limit);
            var m2 = V.AtMost(r2 * (R.Decay(d2, rung) * V.Widen(e2 + place)), limit);
            var m3 = V.AtMost(r3 * (R.Decay(d3, rung) * V.Widen(e3 + place)), limit);
            if (first < 0 && V.Any(m0 | m1 | m2 | m3))
            {
                first = (int)rung;
            }

            n0 += V.Without(one, m0);
            n1 += V.Without(one, m1);
            n2 += V.Without(one, m2);
            n3 += V.Without(one, m3);
            if (V.Bits(m0 & m1 & m2 & m3) == uint.MaxValue >> (32 - V.Count))
            {
                last = (int)rung;
                break;
            }
        }

        V.Store(n0, needs);
        V.Store(n1, needs + V.Count);
        V.Store(n2, needs + 2 * V.Count);
        V.Store(n3, needs + 3 * V.Count);
        return (last, first < 0 ? limits.Length : first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values(
        in SliceFour<T> four, HermiteTerms order, int terms, int rungs, int first, T* rho, T* to, T* needs)
    {
        T* a0 = four.Rows(0), a1 = four.Rows(1), a2 = four.Rows(2), a3 = four.Rows(3);
        T* b0 = four.Columns(0), b1 = four.Columns(1), b2 = four.Columns(2), b3 = four.Columns(3);
        nint p0 = four.At(0) * V.Count, p1 = four.At(1) * V.Count, p2 = four.At(2) * V.Count, p3 = four.At(3) * V.Count;
        V x0 = V.Load(rho + p0), x1 = V.Load(rho + p1), x2 = V.Load(rho + p2), x3 = V.Load(rho + p3);
        if (order.Step == 2)
        {
            (x0, x1, x2, x3) = (x0 * x0, x1 * x1, x2 * x2, x3 * x3);
        }

        V s0 = default, s1 = default, s2 = default, s3 = default;
        for (var rung = rungs; rung >= Bottom; rung--)
        {
            var end = rung == Bottom ? 0 : Math.Min(terms, order.Ends[rung - 1]);
            for (nint k = terms - 1; k >= end; k--)
            {
                var place = k * V.Count;
                s0 = V.Fma(s0, x0, R.Load(a0, k) * V.Load(b0 + place));
                s1 = V.Fma(s1, x1, R.Load(a1, k) * V.Load(b1 + place));
                s2 = V.Fma(s2, x2, R.Load(a2, k) * V.Load(b2 + place));
                s3 = V.Fma(s3, x3, R.Load(a3, k) * V.Load(b3 + place));
            }

            terms = end;
            if (rung > first)
            {
                // Pairs that need only the rungs below this one start from zero here.
                var here = V.Number(rung);
                s0 = V.Without(s0, V.Less(V.Load(needs), here));
                s1 = V.Without(s1, V.Less(V.Load(needs + V.Count), here));
                s2 = V.Without(s2, V.Less(V.Load(needs + 2 * V.Count), here));
                s3 = V.Without(s3, V.Less(V.Load(needs + 3 * V.Count), here));
            }
        }

        if (order.First == 1)
        {
            s0 *= V.Load(rho + p0);
            s1 *= V.Load(rho + p1);
            s2 *= V.Load(rho + p2);
            s3 *= V.Load(rho + p3);
        }

        Series<V, T>.Put(s0, needs, to + p0);
        Series<V, T>.Put(s1, needs + V.Count, to + p1);
        Series<V, T>.Put(s2, needs + 2 * V.Count, to + p2);
        Series<V, T>.Put(s3, needs + 3 * V.Count, to + p3);
    }

    // The sum G = Σ g_i x^i of the stored terms and its derivative, as in SlopeSeries.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slopes(
        in SliceFour<T> four, HermiteTerms order, int terms, int rungs, int first, T* rho, T* to, T* slopes, T* needs)
    {
        T* a0 = four.Rows(0), a1 = four.Rows(1), a2 = four.Rows(2), a3 = four.Rows(3);
        T* b0 = four.Columns(0), b1 = four.Columns(1), b2 = four.Columns(2), b3 = four.Columns(3);
        nint p0 = four.At(0) * V.Count, p1 = four.At(1) * V.Count, p2 = four.At(2) * V.Count, p3 = four.At(3) * V.Count;
        V x0 = V.Load(rho + p0), x1 = V.Load(rho + p1), x2 = V.Load(rho + p2), x3 = V.Load(rho + p3);
        if (order.Step == 2)
        {
            (x0, x1, x2, x3) = (x0 * x0, x1 * x1, x2 * x2, x3 * x3);
        }

        V s0 = default, s1 = default, s2 = default, s3 = default;
        V d0 = default, d1 = default, d2 = default, d3 = default;
        for (var rung = rungs; rung >= Bottom; rung--)
        {
            var end = rung == Bottom ? 0 : Math.Min(terms, order.Ends[rung - 1]);
            for (nint k = terms - 1; k >= end; k--)
            {
                var place = k * V.Count;
                d0 = V.Fma(d0, x0, s0);
                d1 = V.Fma(d1, x1, s1);
                d2 = V.Fma(d2, x2, s2);
                d3 = V.Fma(d3, x3, s3);
                s0 = V.Fma(s0, x0, R.Load(a0, k) * V.Load(b0 + place));
                s1 = V.Fma(s1, x1, R.Load(a1, k) * V.Load(b1 + place));
                s2 = V.Fma(s2, x2, R.Load(a2, k) * V.Load(b2 + place));
                s3 = V.Fma(s3, x3, R.Load(a3, k) * V.Load(b3 + place));
            }

            terms = end;
            if (rung > first)
            {
                // Pairs that need only the rungs below this one start from zero here.
                var here = V.Number(rung);
                V m0 = V.Less(V.Load(needs), here), m1 = V.Less(V.Load(needs + V.Count), here);
                V m2 = V.Less(V.Load(needs + 2 * V.Count), here), m3 = V.Less(V.Load(needs + 3 * V.Count), here);
                (s0, d0) = (V.Without(s0, m0), V.Without(d0, m0));
                (s1, d1) = (V.Without(s1, m1), V.Without(d1, m1));
                (s2, d2) = (V.Without(s2, m2), V.Without(d2, m2));
                (s3, d3) = (V.Without(s3, m3), V.Without(d3, m3));
            }
        }

        V.Store(s0, to + p0);
        V.Store(s1, to + p1);
        V.Store(s2, to + p2);
        V.Store(s3, to + p3);
        V.Store(d0, slopes + p0);
        V.Store(d1, slopes + p1);
        V.Store(d2, slopes + p2);
        V.Store(d3, slopes + p3);
    }

    // P and P' from G and its derivative, and T from P.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        SliceTable<T> rows, int p, SliceTable<T> columns, int q, nint place, T* rho, T* to, T* slopes, T* needs)
    {
        SlopeSeries<V, T>.Finish(columns.Terms, rho + place, to + place, slopes + place);
        V value = R.Load(rows.Root(p), 0) * V.Load(columns.Root(q));
        value = columns.HasMeans
            ? V.Fma(value, V.Load(to + place), R.Load(rows.Mean(p), 0) * V.Load(columns.Mean(q)))
            : value * V.Load(to + place);
        Series<V, T>.Put(value, needs, to + place);
        Series<V, T>.Put(V.Load(slopes + place), needs, slopes + place);
    }
}
