using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// (e^2c - 1)/(2c) for |c| at most 1/8, as the sum of (2c)^k/(k + 1)!, k &lt; 13, exact to rounding.
    /// </summary>
    [MethodImpl(Inline)]
    internal static V OddQuotient<V>(V c)
        where V : struct, ILanes<V, double>
    {
        V x = c + c;
        V p = V.Number(1.6059043836821613e-10);
        p = V.Fma(p, x, V.Number(2.08767569878681e-09));
        p = V.Fma(p, x, V.Number(2.505210838544172e-08));
        p = V.Fma(p, x, V.Number(2.755731922398589e-07));
        p = V.Fma(p, x, V.Number(2.7557319223985893e-06));
        p = V.Fma(p, x, V.Number(2.48015873015873e-05));
        p = V.Fma(p, x, V.Number(0.0001984126984126984));
        p = V.Fma(p, x, V.Number(0.001388888888888889));
        p = V.Fma(p, x, V.Number(0.008333333333333333));
        p = V.Fma(p, x, V.Number(0.041666666666666664));
        p = V.Fma(p, x, V.Number(0.16666666666666666));
        p = V.Fma(p, x, V.Number(0.5));
        p = V.Fma(p, x, V.Number(1.0));
        return p;
    }
}
