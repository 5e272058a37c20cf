using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// The series of a function and of its derivative on a strip by one pass over the same coefficients: with P(ρ) = Σ A_k
/// A'_k ρ^k for k = 1, 2, ..., they are T = m m' + √(q q') P(ρ) and T' = P'(ρ). Horner's rule gives the polynomial and
/// its derivative. Rungs and pairs without a value are those of <see cref="Series{V, T}"/>.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class SlopeSeries<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Everything = 15;

    /// <summary>The series of row i with columns j, ..., j + count - 1; j and count are multiples of a panel.</summary>
    internal static void Run(
        SlopePanels<T> rows, int i, SlopePanels<T> columns, int j, nint count, T* rho, T* to, T* slopes, T* room)
    {
        nint third = Series<V, T>.Third, together = Series<V, T>.Together;
        HermitePanels<T> mine = rows.Panels, others = columns.Panels;
        var own = Series<V, T>.Own(mine, i, room + Series<V, T>.Needs);
        for (nint at = 0; at < count; at += together)
        {
            var column = j + (int)at;
            var (last, first) = RungSearch<V, T>.Run(mine, i, others, column, rho + at, room, third);
            var rungs = Math.Min(last, Rungs.Count - 1);
            var terms = Math.Min(others.Ends[rungs], Math.Min(mine.Length(i), others.Length(column)));
            Four(
                others, others.Coefficients(column), own, terms, rungs, first,
                rho + at, to + at, slopes + at, room, third);
            for (nint k = 0; k < together; k += V.Count)
            {
                Finish(others.Terms, rho + at + k, to + at + k, slopes + at + k);
                Scale(rows, i, columns, column + (int)k, to + at + k);
                Series<V, T>.Put(V.Load(to + at + k), room + k, to + at + k);
                Series<V, T>.Put(V.Load(slopes + at + k), room + k, slopes + at + k);
            }
        }
    }

    // Computes the sum G = Σ g_i x^i of the stored terms and its derivative, where x is ρ, or ρ² if half of the terms
    // are zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(
        HermitePanels<T> columns, T* others, T* own, int terms, int rungs, int first,
        T* rho, T* to, T* slopes, T* needs, nint third)
    {
        var (ends, fourth) = (columns.Ends, third + V.Count);
        var (x0, x1, x2, x3) = (V.Load(rho), V.Load(rho + V.Count), V.Load(rho + third), V.Load(rho + fourth));
        if (columns.Step == 2)
        {
            (x0, x1, x2, x3) = (x0 * x0, x1 * x1, x2 * x2, x3 * x3);
        }

        V s0 = default, s1 = default, s2 = default, s3 = default;
        V d0 = default, d1 = default, d2 = default, d3 = default;
        var bottom = Rungs.First(typeof(T) == typeof(float));
        for (var rung = rungs; rung >= bottom; rung--)
        {
            var end = rung == bottom ? 0 : Math.Min(terms, ends[rung - 1]);
            var b = others + (nint)(terms - 1) * HermitePanels<T>.Width;
            var busy = rung > first ? Busy(needs, V.Number(rung), third) : Everything;
            for (var k = terms - 1; busy == Everything && k >= end; k--, b -= HermitePanels<T>.Width)
            {
                var a = V.Create(own[k]);
                d0 = V.Fma(d0, x0, s0);
                d1 = V.Fma(d1, x1, s1);
                d2 = V.Fma(d2, x2, s2);
                d3 = V.Fma(d3, x3, s3);
                s0 = V.Fma(s0, x0, a * V.Load(b));
                s1 = V.Fma(s1, x1, a * V.Load(b + V.Count));
                s2 = V.Fma(s2, x2, a * V.Load(b + third));
                s3 = V.Fma(s3, x3, a * V.Load(b + fourth));
            }

            if (busy != Everything)
            {
                One(busy & 1, ref s0, ref d0, x0, own, b, terms, end);
                One(busy & 2, ref s1, ref d1, x1, own, b + V.Count, terms, end);
                One(busy & 4, ref s2, ref d2, x2, own, b + third, terms, end);
                One(busy & 8, ref s3, ref d3, x3, own, b + fourth, terms, end);
            }

            terms = end;
            if (rung > first)
            {
                // Pairs that need only the rungs below this one start from zero here.
                var here = V.Number(rung);
                V m0 = V.Less(V.Load(needs), here), m1 = V.Less(V.Load(needs + V.Count), here);
                V m2 = V.Less(V.Load(needs + third), here), m3 = V.Less(V.Load(needs + fourth), here);
                (s0, d0) = (V.Without(s0, m0), V.Without(d0, m0));
                (s1, d1) = (V.Without(s1, m1), V.Without(d1, m1));
                (s2, d2) = (V.Without(s2, m2), V.Without(d2, m2));
                (s3, d3) = (V.Without(s3, m3), V.Without(d3, m3));
            }
        }

        V.Store(s0, to);
        V.Store(s1, to + V.Count);
        V.Store(s2, to + third);
        V.Store(s3, to + fourth);
        V.Store(d0, slopes);
        V.Store(d1, slopes + V.Count);
        V.Store(d2, slopes + third);
        V.Store(d3, slopes + fourth);
    }

    // The vectors with a pair that needs the rung, a bit for each. All are taken where at most one has none, since four
    // at once take as long as two by themselves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Busy(T* needs, V rung, nint third)
    {
        var busy = (V.Any(V.AtMost(rung, V.Load(needs))) ? 1 : 0)
            | (V.Any(V.AtMost(rung, V.Load(needs + V.Count))) ? 2 : 0)
            | (V.Any(V.AtMost(rung, V.Load(needs + third))) ? 4 : 0)
            | (V.Any(V.AtMost(rung, V.Load(needs + third + V.Count))) ? 8 : 0);
        return BitOperations.PopCount((uint)busy) > 2 ? Everything : busy;
    }

    // Adds the terms of one rung to the sums of one vector, if it is busy.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(int busy, ref V s, ref V d, V x, T* own, T* b, int terms, int end)
    {
        for (var k = terms - 1; busy != 0 && k >= end; k--, b -= HermitePanels<T>.Width)
        {
            d = V.Fma(d, x, s);
            s = V.Fma(s, x, V.Create(own[k]) * V.Load(b));
        }
    }

    /// <summary>
    /// Replaces G and its derivative by P and P'. P is ρ G for an odd function or one without symmetry, and ρ² G for an
    /// even one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Finish(HermiteTerms terms, T* rho, T* to, T* slopes)
    {
        V x = V.Load(rho), g = V.Load(to), d = V.Load(slopes);
        V p, slope;
        if (terms.First == 1)
        {
            p = x * x * g;
            slope = V.Number(2) * x * V.Fma(x * x, d, g);
        }
        else
        {
            p = x * g;
            slope = terms.Step == 2 ? V.Fma(V.Number(2) * (x * x), d, g) : V.Fma(x, d, g);
        }

        V.Store(p, to);
        V.Store(slope, slopes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(SlopePanels<T> rows, int i, SlopePanels<T> columns, int j, T* to)
    {
        var root = V.Create(*rows.Root(i)) * V.Load(columns.Root(j));
        V.Store(
            columns.HasMeans
                ? V.Fma(root, V.Load(to), V.Create(*rows.Mean(i)) * V.Load(columns.Mean(j)))
                : root * V.Load(to),
            to);
    }
}
