using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// The angle whose cosine is x: pi/2 - asin(x) for |x| at most 1/2; 2 asin(sqrt((1 - x)/2)) above, where 1 - x is
    /// exact; pi - acos(-x) below. All three are offset + (s + s z p(z)), where z is the square of s or of s/2.
    /// </summary>
    /// <remarks>Domain: -1 to 1; the result is not a number outside. Measured: 1.3 ulp.</remarks>
    [MethodImpl(Inline)]
    public static V Acos<V>(V x)
        where V : struct, ILanes<V, double>
    {
        V a = V.Abs(x);
        V steep = V.Less(V.Number(0.5), a);
        V z = V.Select(steep, V.Fma(a, V.Number(-0.5), V.Number(0.5)), x * x);
        V s = V.Select(steep, LaneSign<V, double>.Times(V.Number(2) * V.Sqrt(z), x), -x);
        V offset = V.Select(steep, V.Less(x, V.Number(0)) & V.Number(Math.PI), V.Number(Math.PI / 2));
        return offset + (s + V.Fma(s, z * AsinTail(z), offset * V.Number(PiLow)));
    }

    // The rounding error of pi in float64, relative to pi.
    private const double PiLow = 1.2246467991473532e-16 / Math.PI;

    // (asin(s)/s - 1)/z, z = s^2 from 0 to 1/4; error 2e-17 of asin(s)/s.
    [MethodImpl(Inline)]
    private static V AsinTail<V>(V z)
        where V : struct, ILanes<V, double>
    {
        V z2 = z * z;
        V even = V.Number(-0.0162280370287735);
        V odd = V.Number(0.03191525018776745);
        even = V.Fma(even, z2, V.Number(0.006527222613339934));
        odd = V.Fma(odd, z2, V.Number(0.01953045255348007));
        even = V.Fma(even, z2, V.Number(0.013885210406393636));
        odd = V.Fma(odd, z2, V.Number(0.012169379818826024));
        even = V.Fma(even, z2, V.Number(0.0223717578899616));
        odd = V.Fma(odd, z2, V.Number(0.017359707249289237));
        even = V.Fma(even, z2, V.Number(0.04464285682818533));
        odd = V.Fma(odd, z2, V.Number(0.030381959143365746));
        even = V.Fma(even, z2, V.Number(0.16666666666665408));
        odd = V.Fma(odd, z2, V.Number(0.07500000000337163));
        return V.Fma(odd, z, even);
    }
}
