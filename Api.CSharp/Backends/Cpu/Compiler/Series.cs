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
    internal const int Room = Needs + 512;

    /// <summary>The part of the working memory that holds the rungs of four vectors.</summary>
    internal const int Needs = 64;

    // If a panel has only two vectors, they are computed twice.
    internal static int Third => 4 * V.Count <= HermitePanels<T>.Width ? 2 * V.Count : 0;

    internal static int Together => Math.Min(4 * V.Count, HermitePanels<T>.Width);

    /// <summary>The series of row i with columns j, ..., j + count - 1; j and count are multiples of a panel.</summary>
    internal static void Run(
        HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, nint count, T* rho, T* to, T* room)
    {
        nint third = Third;
        var own = Own(rows, i, room + Needs);
        for (nint at = 0; at < count; at += Together)
        {
            var column = j + (int)at;
            var (last, first) = RungSearch<V, T>.Run(rows, i, columns, column, rho + at, room, third);
            var rungs = Math.Min(last, Rungs.Count - 1);
            var terms = Math.Min(columns.Ends[rungs], Math.Min(rows.Length(i), columns.Length(column)));
            Four(columns, columns.Coefficients(column), own, terms, rungs, first, rho + at, to + at, room, third);
        }
    }

    /// <summary>A row's coefficients side by side. They are copied into the room if they lie in a panel.</summary>
    internal static T* Own(HermitePanels<T> rows, int i, T* room)
    {
        var from = rows.Coefficients(i);
        var lanes = rows.Lanes;
        if (lanes == 1)
        {
            return from;
        }

        var length = rows.Length(i);
        for (var k = 0; k < length; k++)
        {
            room[k] = from[k * lanes];
        }

        return room;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(
        HermitePanels<T> columns, T* others, T* own, int terms, int rungs, int first,
        T* rho, T* to, T* needs, nint third)
    {
        var (ends, fourth) = (columns.Ends, third + V.Count);
        var (x0, x1, x2, x3) = (V.Load(rho), V.Load(rho + V.Count), V.Load(rho + third), V.Load(rho + fourth));
        if (columns.Step == 2)
        {
            (x0, x1, x2, x3) = (x0 * x0, x1 * x1, x2 * x2, x3 * x3);
        }

        V s0 = default, s1 = default, s2 = default, s3 = default;
        var bottom = Rungs.First(typeof(T) == typeof(float));
        for (var rung = rungs; rung >= bottom; rung--)
        {
            var end = rung == bottom ? 0 : Math.Min(terms, ends[rung - 1]);
            var b = others + (nint)(terms - 1) * HermitePanels<T>.Width;
            for (var k = terms - 1; k >= end; k--, b -= HermitePanels<T>.Width)
            {
                var a = V.Create(own[k]);
                s0 = V.Fma(s0, x0, a * V.Load(b));
                s1 = V.Fma(s1, x1, a * V.Load(b + V.Count));
                s2 = V.Fma(s2, x2, a * V.Load(b + third));
                s3 = V.Fma(s3, x3, a * V.Load(b + fourth));
            }

            terms = end;
            if (rung > first)
            {
                // Pairs that need only the rungs below this one start from zero here.
                var here = V.Number(rung);
                s0 = V.Without(s0, V.Less(V.Load(needs), here));
                s1 = V.Without(s1, V.Less(V.Load(needs + V.Count), here));
                s2 = V.Without(s2, V.Less(V.Load(needs + third), here));
                s3 = V.Without(s3, V.Less(V.Load(needs + fourth), here));
            }
        }

        if (columns.First == 1)
        {
            s0 *= V.Load(rho);
            s1 *= V.Load(rho + V.Count);
            s2 *= V.Load(rho + third);
            s3 *= V.Load(rho + fourth);
        }

        Put(s0, needs, to);
        Put(s1, needs + V.Count, to + V.Count);
        Put(s2, needs + third, to + third);
        Put(s3, needs + fourth, to + fourth);
    }

    /// <summary>Stores the sums of the pairs that have a rung, and no number for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Put(V sum, T* needs, T* to) =>
        V.Store(V.Select(V.Less(V.Load(needs), V.Number(Rungs.Count)), sum, V.Create(T.NaN)), to);
}
