using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
{
    /// <summary>
    /// The angle of the point (x, y): atan(t) for t = min(|x|, |y|)/max(|x|, |y|), taken from pi/2 where |y| is
    /// greater and from pi where x is negative. The sign is y's; zeros of either sign are those of <see
    /// cref="Math.Atan2"/>.
    /// </summary>
    /// <remarks>
    /// Domain: all finite arguments; not a number where both are infinite. Measured: 1.9 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V Atan2<V>(V y, V x)
        where V : struct, ILanes<V, float>
    {
        V high = V.Abs(y);
        V wide = V.Abs(x);
        V steep = V.Less(wide, high);
        V sign = x & V.Number(-0.0);
        V quarter = V.Number(Math.PI / 2);
        // 0 or pi, by the sign of x, or pi/2.
        V offset = V.Select(steep, quarter, quarter - (quarter | sign));
        V t = Slope(V.Select(steep, wide, high), V.Select(steep, high, wide));
        return WithSign(Turned(t ^ sign ^ (steep & V.Number(-0.0)), offset), y);
    }

    /// <summary>The angle of the point (x, y), where x is positive: from -pi/2 to pi/2, with one division.</summary>
    /// <remarks>
    /// Domain: finite y, finite x at least +0. Measured: 1.9 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V AtanRight<V>(V y, V x)
        where V : struct, ILanes<V, float>
    {
        V high = V.Abs(y);
        V steep = V.Less(x, high);
        V t = Slope(V.Select(steep, x, high), V.Select(steep, high, x));
        return WithSign(Turned(t ^ (steep & V.Number(-0.0)), steep & V.Number(Math.PI / 2)), y);
    }

    // a/b for 0 <= a <= b, and 0 for a = b = 0.
    [MethodImpl(Inline)]
    private static V Slope<V>(V a, V b)
        where V : struct, ILanes<V, float> =>
        a / V.Max(V.Number(float.Epsilon), b);

    // offset + atan(t) for |t| at most 1, with atan(t) = t + t^3 p(t^2). The rounding error of the offset, a multiple
    // of pi/2, is added again.
    [MethodImpl(Inline)]
    private static V Turned<V>(V t, V offset)
        where V : struct, ILanes<V, float>
    {
        V z = t * t;
        return offset + (t + V.Fma(t * z, AtanTail(z), offset * V.Number(PiLow)));
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
