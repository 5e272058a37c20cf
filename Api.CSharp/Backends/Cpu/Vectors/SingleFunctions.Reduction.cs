using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    private const double Log2E = 1.4426950408889634;

    // log 2 in two parts. The first has so few digits that its product with n is exact.
    private const double Ln2High = 0.693145751953125;
    private const double Ln2Low = 1.428606765330187e-06;

    // x - n log 2.
    [MethodImpl(Inline)]
    private static V Remainder<V>(V x, V n)
        where V : struct, ILanes<V, float> =>
        V.Fma(n, V.Number(-Ln2Low), V.Fma(n, V.Number(-Ln2High), x));

    // p 2^n, 0 for n = -127 and infinite for n = 128.
    [MethodImpl(Inline)]
    private static V Scaled<V>(V p, V n)
        where V : struct, ILanes<V, float> =>
        p * V.PowerOfTwo(n);
}
