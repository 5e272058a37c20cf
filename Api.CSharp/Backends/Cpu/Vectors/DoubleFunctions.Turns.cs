using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    // The greatest argument of sine and cosine that three parts of pi/2 suffice to reduce.
    private const double Turns = 1e5;

    // x - n pi/2.
    [MethodImpl(Inline)]
    private static V QuarterRemainder<V>(V x, V n)
        where V : struct, ILanes<V, double>
    {
        V r = V.Fma(n, V.Number(-1.5707963267948966), x);
        r = V.Fma(n, V.Number(-6.123233995736766e-17), r);
        return V.Fma(n, V.Number(1.4973849048591698e-33), r);
    }

    // sin(r + n pi/2).
    [MethodImpl(Inline)]
    private static V SineOfTurns<V>(V r, V n)
        where V : struct, ILanes<V, double>
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
        where V : struct, ILanes<V, double>
    {
        V high = V.Fma(z, V.Number(-0.5), V.Number(1));
        V low = V.Fma(z, V.Number(-0.5), V.Number(1) - high);
        return high + V.Fma(z * z, CosineTail(z), low);
    }

    // (sin(r)/r - 1)/z, z = r^2, |r| up to pi/4; error 4e-18 of sin(r).
    [MethodImpl(Inline)]
    private static V SineTail<V>(V z)
        where V : struct, ILanes<V, double>
    {
        V p = V.Number(1.5895449322020857e-10);
        p = V.Fma(p, z, V.Number(-2.5050734606815593e-08));
        p = V.Fma(p, z, V.Number(2.755731353958017e-06));
        p = V.Fma(p, z, V.Number(-0.00019841269829360772));
        p = V.Fma(p, z, V.Number(0.008333333333321842));
        p = V.Fma(p, z, V.Number(-0.1666666666666663));
        return p;
    }

    // (cos(r) - 1 + z/2)/z^2, z = r^2, |r| up to pi/4; error 6e-20 of cos(r).
    [MethodImpl(Inline)]
    private static V CosineTail<V>(V z)
        where V : struct, ILanes<V, double>
    {
        V p = V.Number(-1.1358732294483014e-11);
        p = V.Fma(p, z, V.Number(2.0875705108185317e-09));
        p = V.Fma(p, z, V.Number(-2.7557314215268207e-07));
        p = V.Fma(p, z, V.Number(2.4801587288997438e-05));
        p = V.Fma(p, z, V.Number(-0.0013888888888873338));
        p = V.Fma(p, z, V.Number(0.041666666666666595));
        return p;
    }
}
