using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    /// <summary>
    /// log(1 + x) is computed as the logarithm of the rounded sum u = 2^n (1 + f). The rounding error of u, divided by
    /// 2^n, is added to f; near 0, f then equals x.
    /// </summary>
    /// <remarks>
    /// Domain: all numbers, with full relative precision near 0. The result is minus infinity at -1 and not a number
    /// below. Measured: 1.5 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V Log1P<V>(V x)
        where V : struct, ILanes<V, float>
    {
        V u = V.Number(1) + x;
        V lost = DifferenceError(x, V.Number(-1), u);
        V m = V.Significand(u);
        V great = V.Less(V.Number(Sqrt2), m);
        V n = V.Exponent(u) + (great & V.Number(1));
        // Beyond u = 2^100 the rounding error is negligible.
        V f = V.Select(great, m * V.Number(0.5), m) - V.Number(1) + lost * V.PowerOfTwo(V.Max(V.Number(-100), -n));
        V result = LogSum(f, n) | (x & V.Number(-0.0));
        return V.Any(Outside(u, LeastNormal)) ? LogLimits(u, result) : result;
    }
}
