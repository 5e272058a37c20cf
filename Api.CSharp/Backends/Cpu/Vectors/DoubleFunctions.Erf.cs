using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// The error function: x + x p(x^2) for |x| at most 1, and sign(x) (1 - exp(l(|x|))) above, where the polynomial l
    /// is the logarithm of the complement.
    /// </summary>
    /// <remarks>Domain: all numbers; full relative precision near 0, odd to the bit. Measured: 1.3 ulp.</remarks>
    [MethodImpl(Inline)]
    public static V Erf<V>(V x)
        where V : struct, ILanes<V, double>
    {
        V a = V.Min(V.Number(6), V.Abs(x));
        V near = V.Fma(a, ErfTail(a * a), a);
        return WithSign(V.Select(V.Less(a, V.Number(1)), near, V.Number(1) - ExpWithin(LogComplement(a))), x);
    }

    // erf(x)/x - 1, z = x^2 from 0 to 1; error 4e-17 of erf(x).
    [MethodImpl(Inline)]
    private static V ErfTail<V>(V z)
        where V : struct, ILanes<V, double>
    {
        V z2 = z * z;
        V even = V.Number(1.3616979229702293e-08);
        V odd = V.Number(-7.609778929183823e-10);
        even = V.Fma(even, z2, V.Number(1.6444133298583663e-06));
        odd = V.Fma(odd, z2, V.Number(-1.618392986276067e-07));
        even = V.Fma(even, z2, V.Number(0.00012055280422041241));
        odd = V.Fma(odd, z2, V.Number(-1.49244640256365e-05));
        even = V.Fma(even, z2, V.Number(0.005223977596708385));
        odd = V.Fma(odd, z2, V.Number(-0.0008548325483123796));
        even = V.Fma(even, z2, V.Number(0.11283791670936945));
        odd = V.Fma(odd, z2, V.Number(-0.026866170641957086));
        even = V.Fma(even, z2, V.Number(0.12837916709551256));
        odd = V.Fma(odd, z2, V.Number(-0.37612638903183343));
        return V.Fma(odd, z, even);
    }

    // log(1 - erf(a)) for a from 1 to 6; error 1e-17 of erf(a).
    [MethodImpl(Inline)]
    private static V LogComplement<V>(V a)
        where V : struct, ILanes<V, double>
    {
        V p = V.Number(-5.0834580369532885e-12);
        p = V.Fma(p, a, V.Number(2.1011079579291224e-10));
        p = V.Fma(p, a, V.Number(-4.0280592304506595e-09));
        p = V.Fma(p, a, V.Number(4.738119451823189e-08));
        p = V.Fma(p, a, V.Number(-3.800038547308787e-07));
        p = V.Fma(p, a, V.Number(2.16968273400491e-06));
        p = V.Fma(p, a, V.Number(-8.796717614138623e-06));
        p = V.Fma(p, a, V.Number(2.3200519976766907e-05));
        p = V.Fma(p, a, V.Number(-2.1120497635547683e-05));
        p = V.Fma(p, a, V.Number(-0.00013355226894413776));
        p = V.Fma(p, a, V.Number(0.0007686079341857661));
        p = V.Fma(p, a, V.Number(-0.0019138245823131254));
        p = V.Fma(p, a, V.Number(0.00040897097379142075));
        p = V.Fma(p, a, V.Number(0.018991119715988585));
        p = V.Fma(p, a, V.Number(-0.10270380509762404));
        p = V.Fma(p, a, V.Number(-0.636643541492672));
        p = V.Fma(p, a, V.Number(-1.1283740987445168));
        p = V.Fma(p, a, V.Number(-5.02912912955123e-07));
        return p;
    }
}
