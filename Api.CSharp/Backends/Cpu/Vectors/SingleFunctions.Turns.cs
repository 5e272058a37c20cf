using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    // The greatest argument of sine and cosine that three parts of pi/2 suffice to reduce.
    private const float Turns = 1e5f;

    // x - n pi/2.
    [MethodImpl(Inline)]
    private static V QuarterRemainder<V>(V x, V n)
        where V : struct, ILanes<V, float>
    {
        V r = V.Fma(n, V.Number(-1.5707963705062866), x);
        r = V.Fma(n, V.Number(4.371138828673793e-08), r);
        return V.Fma(n, V.Number(1.7151245100058819e-15), r);
    }

    // sin(r + n pi/2).
    [MethodImpl(Inline)]
    private static V SineOfTurns<V>(V r, V n)
        where V : struct, ILanes<V, float>
    {
        // n = 2 half + (0 or 1).
        V half = V.Round(V.Fma(n, V.Number(0.5), V.Number(-0.25)));
        V odd = V.Less(half + half, n);
        V quarter = V.Number(0.5) * half;
        V back = V.Without(V.Number(-0.0), V.Equal(V.Round(quarter), quarter));
        V z = r * r;
        return V.Select(odd, Cosine(z), V.Fma(r * z, SineTail(z), r)) ^ back;
    }

    // 1 - z/2 + z^2 p(z), z = r^2, with the rounding error of 1 - z/2 added again.
    [MethodImpl(Inline)]
    private static V Cosine<V>(V z)
        where V : struct, ILanes<V, float>
    {
        V high = V.Fma(z, V.Number(-0.5), V.Number(1));
        V low = V.Fma(z, V.Number(-0.5), V.Number(1) - high);
        return high + V.Fma(z * z, CosineTail(z), low);
    }

    // (sin(r)/r - 1)/z, z = r^2, |r| up to pi/4; error 4e-9 of sin(r).
    [MethodImpl(Inline)]
    private static V SineTail<V>(V z)
        where V : struct, ILanes<V, float>
    {
        V p = V.Number(-0.00019507461);
        p = V.Fma(p, z, V.Number(0.008332104));
        p = V.Fma(p, z, V.Number(-0.16666654));
        return p;
    }

    // (cos(r) - 1 + z/2)/z^2, z = r^2, |r| up to pi/4; error 2e-10 of cos(r).
    [MethodImpl(Inline)]
    private static V CosineTail<V>(V z)
        where V : struct, ILanes<V, float>
    {
        V p = V.Number(2.442942e-05);
        p = V.Fma(p, z, V.Number(-0.0013887294));
        p = V.Fma(p, z, V.Number(0.041666646));
        return p;
    }
}
