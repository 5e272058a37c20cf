using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    /// <summary>
    /// The angle whose cosine is x: sqrt(1 - x) q(x) for x from 0 to 1, pi - acos(-x) below 0. The difference 1 - x is
    /// exact near 1, so that the root gives full relative accuracy there. q is a polynomial of degree 7.
    /// </summary>
    /// <remarks>Domain: -1 to 1; the result is not a number outside. Measured: 2.6 ulp.</remarks>
    [MethodImpl(Inline)]
    public static V Acos<V>(V x)
        where V : struct, ILanes<V, float>
    {
        V a = V.Abs(x);
        V root = V.Sqrt(V.Number(1) - a);
        V q = AcosQuotient(a);
        return V.Select(V.Less(x, V.Number(0)), V.Fma(-root, q, V.Number(Math.PI)), root * q);
    }

    // acos(a)/sqrt(1 - a) for a from 0 to 1; error 3e-8, from the rounding of the first coefficient.
    [MethodImpl(Inline)]
    private static V AcosQuotient<V>(V a)
        where V : struct, ILanes<V, float>
    {
        V p = V.Number(-0.0012886844);
        p = V.Fma(p, a, V.Number(0.006822825));
        p = V.Fma(p, a, V.Number(-0.017397154));
        p = V.Fma(p, a, V.Number(0.031185584));
        p = V.Fma(p, a, V.Number(-0.050315164));
        p = V.Fma(p, a, V.Number(0.0890117));
        p = V.Fma(p, a, V.Number(-0.21460187));
        p = V.Fma(p, a, V.Number(1.5707964));
        return p;
    }
}
