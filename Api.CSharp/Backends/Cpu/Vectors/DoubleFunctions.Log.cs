using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// The natural logarithm, log x = n log 2 + log(1 + f) for x = 2^n (1 + f), sqrt(1/2) &lt; 1 + f &lt; sqrt(2).
    /// Nothing cancels near x = 1.
    /// </summary>
    /// <remarks>
    /// Domain: all numbers, including subnormal ones. The result is minus infinity at 0 and not a number below.
    /// Measured: 0.9 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V Log<V>(V x)
        where V : struct, ILanes<V, double> =>
        V.Any(Outside(x, LeastNormal)) ? LogAnywhere(x) : LogNormal(x, V.Number(0));

    private const double LeastNormal = 2.2250738585072014e-308;

    // A mask of the lanes in which x is less than "least", infinite or not a number.
    [MethodImpl(Inline)]
    private static V Outside<V>(V x, double least)
        where V : struct, ILanes<V, double> =>
        V.Without(
            V.Equal(V.Number(0), V.Number(0)),
            V.AtMost(V.Number(least), x) & V.AtMost(x, V.Number(double.MaxValue)));

    // log(2^more x).
    [MethodImpl(Inline)]
    private static V LogNormal<V>(V x, V more)
        where V : struct, ILanes<V, double>
    {
        V m = V.Significand(x);
        V great = V.Less(V.Number(Sqrt2), m);
        V f = V.Select(great, m * V.Number(0.5), m) - V.Number(1);
        return LogSum(f, V.Exponent(x) + (great & V.Number(1)) + more);
    }

    private const double Sqrt2 = 1.4142135623730951;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V LogAnywhere<V>(V x)
        where V : struct, ILanes<V, double>
    {
        V small = V.Less(x, V.Number(LeastNormal));
        V result = LogNormal(V.Select(small, x * V.Number(18014398509481984), x), small & V.Number(-54));
        return LogLimits(x, result);
    }

    // The logarithm where the argument is 0, negative, infinite or not a number, else the result.
    [MethodImpl(Inline)]
    private static V LogLimits<V>(V x, V result)
        where V : struct, ILanes<V, double>
    {
        V limit = V.Select(V.Equal(x, V.Number(0)), V.Number(double.NegativeInfinity), V.Sqrt(x));
        V inside = V.Less(V.Number(0), x) & V.AtMost(x, V.Number(double.MaxValue));
        return V.Select(inside, result, limit);
    }

    // log(1 + f) + n log 2: with s = f/(2 + f), log(1 + f) = 2s + s^3 p(s^2), and 2s = f - s f = f - f^2/2 + s f^2/2.
    [MethodImpl(Inline)]
    private static V LogSum<V>(V f, V n)
        where V : struct, ILanes<V, double>
    {
        V s = f / (V.Number(2) + f);
        V z = s * s;
        V half = V.Number(0.5) * f * f;
        V bend = V.Fma(s, V.Fma(z, LogTail(z), half), n * V.Number(Ln2Low));
        return V.Fma(n, V.Number(Ln2High), f - (half - bend));
    }

    // (log((1 + s)/(1 - s)) - 2s)/s^3, z = s^2, s up to (sqrt(2) - 1)/(sqrt(2) + 1); error 1e-18 of the logarithm.
    [MethodImpl(Inline)]
    private static V LogTail<V>(V z)
        where V : struct, ILanes<V, double>
    {
        V p = V.Number(0.14798298501748391);
        p = V.Fma(p, z, V.Number(0.1531382890621303));
        p = V.Fma(p, z, V.Number(0.18183572456664315));
        p = V.Fma(p, z, V.Number(0.22222198427475318));
        p = V.Fma(p, z, V.Number(0.28571428743696725));
        p = V.Fma(p, z, V.Number(0.3999999999940933));
        p = V.Fma(p, z, V.Number(0.6666666666666735));
        return p;
    }
}
