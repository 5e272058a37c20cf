using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    /// <summary>
    /// (e^2c - 1)/(2c) for |c| at most 1/8, as the sum of (2c)^k/(k + 1)!, k &lt; 7, exact to rounding.
    /// </summary>
    [MethodImpl(Inline)]
    internal static V OddQuotient<V>(V c)
        where V : struct, ILanes<V, float>
    {
        V x = c + c;
        V p = V.Number(0.0001984126984126984);
        p = V.Fma(p, x, V.Number(0.001388888888888889));
        p = V.Fma(p, x, V.Number(0.008333333333333333));
        p = V.Fma(p, x, V.Number(0.041666666666666664));
        p = V.Fma(p, x, V.Number(0.16666666666666666));
        p = V.Fma(p, x, V.Number(0.5));
        p = V.Fma(p, x, V.Number(1.0));
        return p;
    }
}
