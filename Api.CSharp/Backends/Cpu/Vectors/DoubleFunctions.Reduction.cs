using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    private const double Log2E = 1.4426950408889634;

    // log 2 in two parts. The first has so few digits that its product with n is exact.
    private const double Ln2High = 0.6931471805598903;
    private const double Ln2Low = 5.497923018708371e-14;

    // x - n log 2.
    [MethodImpl(Inline)]
    private static V Remainder<V>(V x, V n)
        where V : struct, ILanes<V, double> =>
        V.Fma(n, V.Number(-Ln2Low), V.Fma(n, V.Number(-Ln2High), x));

    // The rounding error of r = x - n log 2.
    [MethodImpl(Inline)]
    private static V RemainderLow<V>(V x, V n, V r)
        where V : struct, ILanes<V, double> =>
        V.Fma(n, V.Number(-Ln2Low), V.Fma(n, V.Number(-Ln2High), x) - r);

    // p 2^n for n from -1077 to 1024, infinite for n = 1024. It is rounded once if p is from 1 to 2.
    [MethodImpl(Inline)]
    private static V Scaled<V>(V p, V n)
        where V : struct, ILanes<V, double>
    {
        V normal = V.Max(V.Number(-1022), n);
        return p * V.PowerOfTwo(normal) * V.PowerOfTwo(n - normal);
    }

    // (exp(r) - 1 - r)/r^2 for |r| at most log(2)/2; error 2e-17 of exp(r) - 1.
    [MethodImpl(Inline)]
    private static V ExpTail<V>(V r)
        where V : struct, ILanes<V, double>
    {
        V r2 = r * r;
        V even = V.Number(2.7627846331854264e-07);
        V odd = V.Number(2.512860097345943e-08);
        even = V.Fma(even, r2, V.Number(2.4801500166172075e-05));
        odd = V.Fma(odd, r2, V.Number(2.755717858041672e-06));
        even = V.Fma(even, r2, V.Number(0.0013888888936347443));
        odd = V.Fma(odd, r2, V.Number(0.0001984126995500694));
        even = V.Fma(even, r2, V.Number(0.04166666666656054));
        odd = V.Fma(odd, r2, V.Number(0.008333333333297551));
        even = V.Fma(even, r2, V.Number(0.5000000000000007));
        odd = V.Fma(odd, r2, V.Number(0.16666666666666696));
        return V.Fma(odd, r, even);
    }
}
