using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    /// <summary>
    /// The error function: x + x p(x^2) for |x| at most 1, and sign(x) (1 - exp(l(|x|))) above, where the polynomial l
    /// is the logarithm of the complement.
    /// </summary>
    /// <remarks>Domain: all numbers; full relative precision near 0, odd to the bit. Measured: 1.2 ulp.</remarks>
    [MethodImpl(Inline)]
    public static V Erf<V>(V x)
        where V : struct, ILanes<V, float>
    {
        V a = V.Min(V.Number(4), V.Abs(x));
        V near = V.Fma(a, ErfTail(a * a), a);
        return WithSign(V.Select(V.Less(a, V.Number(1)), near, V.Number(1) - ExpWithin(LogComplement(a))), x);
    }

    // erf(x)/x - 1, z = x^2 from 0 to 1; error 2e-9 of erf(x).
    [MethodImpl(Inline)]
    private static V ErfTail<V>(V z)
        where V : struct, ILanes<V, float>
    {
        V p = V.Number(7.806832e-05);
        p = V.Fma(p, z, V.Number(-0.00079978415));
        p = V.Fma(p, z, V.Number(0.0051871617));
        p = V.Fma(p, z, V.Number(-0.026853347));
        p = V.Fma(p, z, V.Number(0.11283579));
        p = V.Fma(p, z, V.Number(-0.37612626));
        p = V.Fma(p, z, V.Number(0.12837917));
        return p;
    }

    // log(1 - erf(a)) for a from 1 to 4; error 1e-9 of erf(a).
    [MethodImpl(Inline)]
    private static V LogComplement<V>(V a)
        where V : struct, ILanes<V, float>
    {
        V p = V.Number(0.00018637696);
        p = V.Fma(p, a, V.Number(-0.002947617));
        p = V.Fma(p, a, V.Number(0.021837832));
        p = V.Fma(p, a, V.Number(-0.103106156));
        p = V.Fma(p, a, V.Number(-0.6381456));
        p = V.Fma(p, a, V.Number(-1.1270887));
        p = V.Fma(p, a, V.Number(-0.00034166043));
        return p;
    }
}
