using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// The sine. The argument is reduced to x = n pi/2 + r, |r| at most pi/4, with pi/2 in three parts, of which the
    /// first causes no rounding error (Cody and Waite). The result is sin r for even n and cos r for odd n, with the
    /// sign (-1)^floor(n/2).
    /// </summary>
    /// <remarks>
    /// Domain: all numbers. Lanes beyond 1e5 are computed one by one by <see cref="Math.Sin"/>, slowly. Measured: 1.5
    /// ulp up to 1e5.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V Sin<V>(V x)
        where V : struct, ILanes<V, double>
    {
        V n = V.Round(x * V.Number(2 / Math.PI));
        V result = SineOfTurns(QuarterRemainder(x, n), n);
        result = V.Select(V.Equal(x, V.Number(0)), x, result);
        V far = V.Less(V.Number(Turns), V.Abs(x));
        return V.Any(far) ? FarSin(x, result) : result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe V FarSin<V>(V x, V result)
        where V : struct, ILanes<V, double>
    {
        double* from = stackalloc double[V.Count];
        double* to = stackalloc double[V.Count];
        V.Store(x, from);
        V.Store(result, to);
        for (var i = 0; i < V.Count; i++)
        {
            to[i] = Math.Abs(from[i]) <= Turns ? to[i] : Math.Sin(from[i]);
        }

        return V.Load(to);
    }
}
