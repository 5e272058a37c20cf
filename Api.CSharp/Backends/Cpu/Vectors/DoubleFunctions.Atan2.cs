using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>The angle of the point (x, y), from -pi to pi. Zeros of either sign are those of Math.Atan2.</summary>
    /// <remarks>
    /// Domain: all finite arguments; not a number where both are infinite. Measured: 1.6 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V Atan2<V>(V y, V x)
        where V : struct, ILanes<V, double> =>
        Angle<V, double, Arctangent<V>>.Whole(y, x);

    /// <summary>The angle of the point (x, y), where x is positive: from -pi/2 to pi/2, with one division.</summary>
    /// <remarks>
    /// Domain: finite y, finite x at least +0. Measured: 1.6 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V AtanRight<V>(V y, V x)
        where V : struct, ILanes<V, double> =>
        Angle<V, double, Arctangent<V>>.Right(y, x);

    // The arctangent is t + t^3 p(t^2). The rounding errors of the offset, a multiple of pi/2, and of offset + t are
    // added again.
    private readonly struct Arctangent<V> : IArctangent<V>
        where V : struct, ILanes<V, double>
    {
        public static double Least => double.Epsilon;

        [MethodImpl(Inline)]
        public static V Turned(V t, V offset)
        {
            V z = t * t;
            V high = offset + t;
            V low = V.Fma(offset, V.Number(PiLow), t - (high - offset));
            return high + V.Fma(t * z, AtanTail(z), low);
        }
    }

    // (atan(t)/t - 1)/z, z = t^2 from 0 to 1; error 5e-18 of atan(t)/t. Even and odd terms are summed separately,
    // except the first and greatest ones, which would cancel.
    [MethodImpl(Inline)]
    private static V AtanTail<V>(V z)
        where V : struct, ILanes<V, double>
    {
        V z2 = z * z;
        V even = V.Number(-0.0001525488675501037);
        V odd = V.Number(1.3265384053122301e-05);
        even = V.Fma(even, z2, V.Number(-0.0028896690545499584));
        odd = V.Fma(odd, z2, V.Number(0.000833052781482426));
        even = V.Fma(even, z2, V.Number(-0.013912949530300258));
        odd = V.Fma(odd, z2, V.Number(0.007205481281345969));
        even = V.Fma(even, z2, V.Number(-0.029914229377194144));
        odd = V.Fma(odd, z2, V.Number(0.021997767176182646));
        even = V.Fma(even, z2, V.Number(-0.04219495861451927));
        odd = V.Fma(odd, z2, V.Number(0.036648396198670115));
        even = V.Fma(even, z2, V.Number(-0.0525355409117522));
        odd = V.Fma(odd, z2, V.Number(0.04722442921639669));
        even = V.Fma(even, z2, V.Number(-0.06666405391529084));
        odd = V.Fma(odd, z2, V.Number(0.05880535786944049));
        V p = V.Fma(odd, z, even);
        p = V.Fma(p, z, V.Number(0.07692280000910533));
        p = V.Fma(p, z, V.Number(-0.09090907016604478));
        p = V.Fma(p, z, V.Number(0.11111111007778525));
        p = V.Fma(p, z, V.Number(-0.14285714282600026));
        p = V.Fma(p, z, V.Number(0.1999999999995188));
        p = V.Fma(p, z, V.Number(-0.3333333333333307));
        return p;
    }
}
