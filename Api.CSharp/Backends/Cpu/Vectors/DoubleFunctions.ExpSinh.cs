using System.Runtime.CompilerServices;

namespace HadamardNtk;

internal static partial class DoubleFunctions
{
    /// <summary>
    /// exp(-m) sinh(c) = sign(c) exp(a - m) (1 - exp(-2a))/2, a = |c|. The rounding errors of a - m and of both factors
    /// are carried into the product, which is rounded once.
    /// </summary>
    /// <remarks>
    /// Domain: |c| - m at most 709; full relative precision at small c. Gradual underflow to 0. Measured: 1.3 ulp.
    /// </remarks>
    [MethodImpl(Inline)]
    public static V ExpSinh<V>(V m, V c)
        where V : struct, ILanes<V, double>
    {
        V a = V.Abs(c);
        m = V.Min(V.Number(double.MaxValue), m);
        V difference = a - m;
        V x = V.Min(V.Number(709), V.Max(V.Number(-746), difference));
        V error = V.Equal(x, difference) & DifferenceError(a, m, difference);
        V n = V.Round(x * V.Number(Log2E));
        V product = GrowthTimesFall(x, error, n, V.Max(V.Number(-40), a * V.Number(-2)));
        return WithSign(Scaled(V.Number(0.5) * product, n), c);
    }

    // The rounding error of d = a - b (Knuth).
    [MethodImpl(Inline)]
    private static V DifferenceError<V>(V a, V b, V d)
        where V : struct, ILanes<V, double>
    {
        V t = d - a;
        return (a - (d - t)) - (b + t);
    }

    // exp(x + error - n log 2) (1 - exp(y)), from the two parts of each factor.
    [MethodImpl(Inline)]
    private static V GrowthTimesFall<V>(V x, V error, V n, V y)
        where V : struct, ILanes<V, double>
    {
        V r = Remainder(x, n);
        V growth = V.Number(1) + r;
        V growthLow = (r - (growth - V.Number(1))) + Bend(r, error + RemainderLow(x, n, r));

        V fall = Fall(y, out V fallLow);
        return Product(growth, growthLow, fall, fallLow);
    }

    // 1 - exp(y) for y from -40 to 0, in two parts.
    [MethodImpl(Inline)]
    private static V Fall<V>(V y, out V low)
        where V : struct, ILanes<V, double>
    {
        V k = V.Round(y * V.Number(Log2E));
        V s = Remainder(y, k);
        V power = V.PowerOfTwo(k);
        V rest = V.Number(1) - power;
        V high = V.Fma(-power, s, rest);
        low = V.Fma(-power, s, rest - high) + ((V.Number(1) - rest) - power);
        low = V.Fma(-power, Bend(s, RemainderLow(y, k, s)), low);
        return high;
    }

    // exp(r + low) - 1 - r.
    [MethodImpl(Inline)]
    private static V Bend<V>(V r, V low)
        where V : struct, ILanes<V, double>
    {
        V bend = r * r * ExpTail(r);
        return V.Fma(low, V.Number(1) + (r + bend), bend);
    }

    // (a + aLow)(b + bLow).
    [MethodImpl(Inline)]
    private static V Product<V>(V a, V aLow, V b, V bLow)
        where V : struct, ILanes<V, double>
    {
        V p = a * b;
        return p + (V.Fma(a, b, -p) + V.Fma(a, bLow, aLow * (b + bLow)));
    }
}
