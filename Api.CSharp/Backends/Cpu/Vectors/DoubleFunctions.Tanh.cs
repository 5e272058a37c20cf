using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// tanh(x) = sign(x) e/(2 - e), e = 1 - exp(-2|x|). The rounding error of e is kept, and the quotient is corrected
    /// by its remainder.
    /// </summary>
    /// <remarks>Domain: all numbers; full relative precision near 0, odd to the bit. Measured: 1.1 ulp.</remarks>
    [MethodImpl(Inline)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V, double>
    {
        V high = Fall(V.Max(V.Number(-40), V.Abs(x) * V.Number(-2)), out V low);
        V e = high + low;
        V eLow = (high - e) + low;
        V d = V.Number(2) - e;
        V dLow = ((V.Number(2) - d) - e) - eLow;
        V q = e / d;
        V remainder = V.Fma(-q, d, e) + V.Fma(-q, dLow, eLow);
        // 3/2 - d/2 is 1/d to 13 %, which suffices for a correction.
        return WithSign(V.Fma(remainder, V.Fma(d, V.Number(-0.5), V.Number(1.5)), q), x);
    }
}
