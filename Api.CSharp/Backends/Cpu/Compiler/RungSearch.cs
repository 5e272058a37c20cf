using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Finds the rung at which the series of each pair ends: the first K at which |ρ|^K √(t_K t'_K) is at most the
/// tolerance. With the decays d_K = t_K^(1/2K) of both samples, that is |ρ| d_K d'_K against the K-th root of the
/// tolerance.
/// </summary>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static unsafe class RungSearch<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T[] Limits = [.. Rungs.Limits(typeof(T) == typeof(float)).Select(T.CreateTruncating)];

    /// <summary>
    /// Finds the rung that each pair of four vectors needs, the first one at which its tail is not too long.
    /// It returns the last and the first of these rungs, or <see cref="Rungs.Count"/> where no rung suffices.
    /// </summary>
    /// <param name="rows">The rows' coefficients.</param>
    /// <param name="i">The row.</param>
    /// <param name="columns">The columns' coefficients.</param>
    /// <param name="j">The first column.</param>
    /// <param name="rho">The correlations.</param>
    /// <param name="needs">Takes the rungs.</param>
    /// <param name="third">The distance of the third vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (int Last, int First) Run(
        HermitePanels<T> rows, int i, HermitePanels<T> columns, int j, T* rho, T* needs, nint third)
    {
        var limits = Limits;
        var fourth = third + V.Count;
        var start = Rungs.First(typeof(T) == typeof(float));
        float* own = rows.Decay(start, i), other = columns.Decay(start, j);
        nint down = rows.Stride, across = columns.Stride;
        var r0 = V.Abs(V.Load(rho));
        var r1 = V.Abs(V.Load(rho + V.Count));
        var r2 = V.Abs(V.Load(rho + third));
        var r3 = V.Abs(V.Load(rho + fourth));
        V n0 = V.Number(start), n1 = n0, n2 = n0, n3 = n0;
        var one = V.Number(1);
        int first = -1, last = limits.Length;
        for (var rung = start; rung < limits.Length; rung++, own += down, other += across)
        {
            V decay = V.Create(T.CreateTruncating(*own)), limit = V.Create(limits[rung]);
            var m0 = V.AtMost(r0 * (decay * V.Widen(other)), limit);
            var m1 = V.AtMost(r1 * (decay * V.Widen(other + V.Count)), limit);
            var m2 = V.AtMost(r2 * (decay * V.Widen(other + third)), limit);
            var m3 = V.AtMost(r3 * (decay * V.Widen(other + fourth)), limit);
            if (first < 0 && V.Any(m0 | m1 | m2 | m3))
            {
                first = rung;
            }

            n0 += V.Without(one, m0);
            n1 += V.Without(one, m1);
            n2 += V.Without(one, m2);
            n3 += V.Without(one, m3);
            if (V.Bits(m0 & m1 & m2 & m3) == uint.MaxValue >> (32 - V.Count))
            {
                last = rung;
                break;
            }
        }

        V.Store(n0, needs);
        V.Store(n1, needs + V.Count);
        V.Store(n2, needs + third);
        V.Store(n3, needs + fourth);
        return (last, first < 0 ? limits.Length : first);
    }
}
