using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    // log 2 in two parts. The first has so few digits that its product with n is exact.
    private const double Ln2High = 0.6931471805598903;
    private const double Ln2Low = 5.497923018708371e-14;

    // x - n log 2.
    [MethodImpl(Inline)]
    private static V Remainder<V>(V x, V n)
        where V : struct, ILanes<V, double> =>
        V.Fma(n, V.Number(-Ln2Low), V.Fma(n, V.Number(-Ln2High), x));

    // p 2^n for n from -1077 to 1024, infinite for n = 1024. It is rounded once if p is from 1 to 2.
    [MethodImpl(Inline)]
    private static V Scaled<V>(V p, V n)
        where V : struct, ILanes<V, double>
    {
        V normal = V.Max(V.Number(-1022), n);
        return p * V.PowerOfTwo(normal) * V.PowerOfTwo(n - normal);
    }
}
