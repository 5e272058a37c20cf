using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Mehler's series on a strip: T = Σ a_k(q1) a_k(q2) ρ^k, one Horner pass over four vectors at once. Each pair takes the
/// first rung K at which |ρ|^K √(t_K t'_K) is below the tolerance; where a pair joins the pass its sum starts from zero,
/// so its bits do not depend on its neighbours. A pair whose tail never is short enough becomes not a number.
/// </summary>
/// <typeparam name="V">The vector.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class Series<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Numbers to work in: the masks of all rungs, and a row's coefficients.</summary>
    internal const int Room = (Rungs.Count + 1) * HermitePanels<T>.Width + 512;

    private static readonly T Tolerance = T.CreateTruncating(Rungs.Tolerance(typeof(T) == typeof(float)));

    /// <summary>The series of row i with columns j, ..., j + count - 1; j and count are multiples of a panel.</summary>
    internal static void Run(HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, nint count, T* rho, T* to, T* room)
    {
        var own = room + Rungs.Count * HermitePanels<T>.Width;
        var length = rows.Length(i);
        var from = rows.Coefficients(i);
        for (var k = 0; k < length; k++)
        {
            own[k] = from[k * HermitePanels<T>.Width];
        }

        for (nint at = 0; at < count; at += 4 * V.Count)
        {
            Four(rows, i, columns, j + (int)at, own, length, rho + at, to + at, room);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, T* own, int length, T* rho, T* to, T* masks)
    {
        var (last, first) = Climb(rows, i, columns, j, rho, masks);
        var terms = Math.Min(columns.StoredOf(Rungs.Terms[last]), Math.Min(length, columns.Length(j)));
        var others = columns.Coefficients(j);
        var (x0, x1, x2, x3) = (V.Load(rho), V.Load(rho + V.Count), V.Load(rho + 2 * V.Count), V.Load(rho + 3 * V.Count));
        if (columns.Step == 2)
        {
            (x0, x1, x2, x3) = (x0 * x0, x1 * x1, x2 * x2, x3 * x3);
        }

        V s0 = default, s1 = default, s2 = default, s3 = default;
        for (var rung = last; rung >= 0; rung--)
        {
            var end = rung == 0 ? 0 : Math.Min(terms, columns.StoredOf(Rungs.Terms[rung - 1]));
            for (var k = terms - 1; k >= end; k--)
            {
                var a = V.Create(own[k]);
                var b = others + k * HermitePanels<T>.Width;
                s0 = V.Fma(s0, x0, a * V.Load(b));
                s1 = V.Fma(s1, x1, a * V.Load(b + V.Count));
                s2 = V.Fma(s2, x2, a * V.Load(b + 2 * V.Count));
                s3 = V.Fma(s3, x3, a * V.Load(b + 3 * V.Count));
            }

            terms = end;
            if (rung > first)
            {
                // Pairs that need no more than the rungs below start here.
                var mask = masks + (rung - 1) * HermitePanels<T>.Width;
                s0 = V.Without(s0, V.Load(mask));
                s1 = V.Without(s1, V.Load(mask + V.Count));
                s2 = V.Without(s2, V.Load(mask + 2 * V.Count));
                s3 = V.Without(s3, V.Load(mask + 3 * V.Count));
            }
        }

        if (columns.First == 1)
        {
            s0 *= V.Load(rho);
            s1 *= V.Load(rho + V.Count);
            s2 *= V.Load(rho + 2 * V.Count);
            s3 *= V.Load(rho + 3 * V.Count);
        }

        var done = masks + last * HermitePanels<T>.Width;
        Put(s0, done, to);
        Put(s1, done + V.Count, to + V.Count);
        Put(s2, done + 2 * V.Count, to + 2 * V.Count);
        Put(s3, done + 3 * V.Count, to + 3 * V.Count);
    }

    // All bits set are a NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(V sum, T* done, T* to) => V.Store(V.Select(V.Load(done), sum, V.Create(T.NaN)), to);

    /// <summary>Which pairs' tails are short at each rung; the last rung needed, and the first at which any is short.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Last, int First) Climb(HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, T* rho, T* masks)
    {
        var (first, all) = (Rungs.Count, 4 * V.Count);
        var powers = stackalloc T[2 * HermitePanels<T>.Width];
        for (var rung = 0; ; rung++)
        {
            var tail = V.Create(*rows.Tail(rung, i));
            var (any, missing) = (false, false);
            for (var at = 0; at < all; at += V.Count)
            {
                var power = Power(rung, V.Load(rho + at), powers + at);
                var mask = V.AtMost(power * (tail * V.Load(columns.Tail(rung, j) + at)), V.Create(Tolerance));
                V.Store(mask, masks + rung * HermitePanels<T>.Width + at);
                any |= V.Any(mask);
                missing |= V.Any(V.Equal(mask & V.Number(1), default));
            }

            first = any ? Math.Min(first, rung) : first;
            if (!missing || rung == Rungs.Count - 1)
            {
                return (rung, first);
            }
        }
    }

    // |ρ|^4, |ρ|^6, then each is the square of the one before the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Power(int rung, V rho, T* powers)
    {
        var square = rho * rho;
        var mine = powers + rung % 2 * HermitePanels<T>.Width;
        var power = rung switch
        {
            0 => square * square,
            1 => square * (square * square),
            _ => V.Load(mine) * V.Load(mine),
        };
        V.Store(power, mine);
        return power;
    }
}
