using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class SingleFunctions
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
        where V : struct, ILanes<V, float> =>
        V.Any(Outside(x, LeastNormal)) ? LogAnywhere(x) : LogNormal(x, V.Number(0));

    private const double LeastNormal = 1.1754943508222875e-38;

    // A mask of the lanes in which x is less than "least", infinite or not a number.
    [MethodImpl(Inline)]
    private static V Outside<V>(V x, double least)
        where V : struct, ILanes<V, float> =>
        V.Without(
            V.Equal(V.Number(0), V.Number(0)),
            V.AtMost(V.Number(least), x) & V.AtMost(x, V.Number(float.MaxValue)));

    // log(2^more x).
    [MethodImpl(Inline)]
    private static V LogNormal<V>(V x, V more)
        where V : struct, ILanes<V, float>
    {
        V m = V.Significand(x);
        V great = V.Less(V.Number(Sqrt2), m);
        V f = V.Select(great, m * V.Number(0.5), m) - V.Number(1);
        return LogSum(f, V.Exponent(x) + (great & V.Number(1)) + more);
    }

    private const double Sqrt2 = 1.4142135623730951;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V LogAnywhere<V>(V x)
        where V : struct, ILanes<V, float>
    {
        V small = V.Less(x, V.Number(LeastNormal));
        V result = LogNormal(V.Select(small, x * V.Number(16777216), x), small & V.Number(-24));
        return LogLimits(x, result);
    }

    // The logarithm where the argument is 0, negative, infinite or not a number, else the result.
    [MethodImpl(Inline)]
    private static V LogLimits<V>(V x, V result)
        where V : struct, ILanes<V, float>
    {
        V limit = V.Select(V.Equal(x, V.Number(0)), V.Number(double.NegativeInfinity), V.Sqrt(x));
        V inside = V.Less(V.Number(0), x) & V.AtMost(x, V.Number(float.MaxValue));
        return V.Select(inside, result, limit);
    }

    // log(1 + f) + n log 2 = f + f^2 p(f) + n log 2.
    [MethodImpl(Inline)]
    private static V LogSum<V>(V f, V n)
        where V : struct, ILanes<V, float> =>
        V.Fma(n, V.Number(Ln2High), f + V.Fma(f * f, LogTail(f), n * V.Number(Ln2Low)));

    // (log(1 + f) - f)/f^2 for 1 + f from sqrt(1/2) to sqrt(2); error 5e-9 of log(1 + f).
    [MethodImpl(Inline)]
    private static V LogTail<V>(V f)
        where V : struct, ILanes<V, float>
    {
        V p = V.Number(-0.07459097);
        p = V.Fma(p, f, V.Number(0.12841645));
        p = V.Fma(p, f, V.Number(-0.13273835));
        p = V.Fma(p, f, V.Number(0.14192761));
        p = V.Fma(p, f, V.Number(-0.16607063));
        p = V.Fma(p, f, V.Number(0.20001401));
        p = V.Fma(p, f, V.Number(-0.25001633));
        p = V.Fma(p, f, V.Number(0.33333334));
        p = V.Fma(p, f, V.Number(-0.49999988));
        return p;
    }
}
