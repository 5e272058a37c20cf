using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    /// <summary>The angle of the point (x, y), from -pi to pi. Zeros of either sign are those of Math.Atan2.</summary>
    /// <remarks>
    /// Domain: all finite arguments; not a number where both are infinite. Measured: 1.9 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V Atan2<V>(V y, V x)
        where V : struct, ILanes<V, float> =>
        Angle<V, float, Arctangent<V>>.Whole(y, x);

    /// <summary>The angle of the point (x, y), where x is positive: from -pi/2 to pi/2, with one division.</summary>
    /// <remarks>
    /// Domain: finite y, finite x at least +0. Measured: 1.9 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V AtanRight<V>(V y, V x)
        where V : struct, ILanes<V, float> =>
        Angle<V, float, Arctangent<V>>.Right(y, x);

    // The arctangent is t + t^3 p(t^2). The rounding error of the offset, a multiple of pi/2, is added again.
    private readonly struct Arctangent<V> : IArctangent<V>
        where V : struct, ILanes<V, float>
    {
        public static double Least => float.Epsilon;

        [MethodImpl(Inline)]
        public static V Turned(V t, V offset)
        {
            V z = t * t;
            return offset + (t + V.Fma(t * z, AtanTail(z), offset * V.Number(PiLow)));
        }
    }

    // The rounding error of pi in float32, relative to pi.
    private const double PiLow = -8.742277657347586e-08 / Math.PI;

    // (atan(t)/t - 1)/z, z = t^2 from 0 to 1; error 2e-8 of atan(t)/t.
    [MethodImpl(Inline)]
    private static V AtanTail<V>(V z)
        where V : struct, ILanes<V, float>
    {
        V z2 = z * z;
        V even = V.Fma(V.Number(-0.016363101), z2, V.Number(-0.07551656));
        V odd = V.Fma(V.Number(0.002919391), z2, V.Number(0.043204635));
        even = V.Fma(even, z2, V.Number(-0.14211002));
        odd = V.Fma(odd, z2, V.Number(0.106657684));
        V p = V.Fma(V.Fma(odd, z2, V.Number(0.19993767)), z, V.Fma(even, z2, V.Number(-0.33333153)));
        return p;
    }
}
