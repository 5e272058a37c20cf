using HadamardNtk.Core;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>
/// The functions of float lanes lie within the bounds that their comments state, over all exponents and densely where they
/// bend. The truth is float64 arithmetic.
/// </summary>
public class SingleAccuracy
{
    private const int Count = 1_500_000;

    private static readonly float[] All = Arguments.AllSingles(500, 1);

    [Fact]
    public void Acos_is_within_2_6_ulp() => Within<SingleLanes.Acos>(2.6, Math.Acos, -1, 1);

    [Fact]
    public void Acos_near_1_is_as_good_in_relative_terms() => Within<SingleLanes.Acos>(2.6, Math.Acos, 0.999, 1);

    [Fact]
    public void Exp_is_within_1_7_ulp()
    {
        Within<SingleLanes.Exp>(1.7, Math.Exp, -104, 90);
        Within<SingleLanes.Exp>(1.7, Math.Exp, -1, 1);
    }

    [Fact]
    public void ExpM1_is_within_1_4_ulp()
    {
        Within<SingleLanes.ExpM1>(1.4, Scalar.expm1, -20, 90);
        Within<SingleLanes.ExpM1>(1.4, Scalar.expm1, -1, 1);
    }

    [Fact]
    public void Log_is_within_0_9_ulp()
    {
        Within<SingleLanes.Log>(0.9, Math.Log, 0, 10);
        Within<SingleLanes.Log>(0.9, Math.Log, 0.5, 2);
    }

    [Fact]
    public void Log1P_is_within_1_5_ulp() =>
        Within<SingleLanes.Log1P>(1.5, x => x < -1 ? double.NaN : Scalar.log1p(x), -1, 3);

    [Fact]
    public void Sin_is_within_1_6_ulp()
    {
        Within<SingleLanes.Sin>(1.6, Math.Sin, -1e5, 1e5);
        Within<SingleLanes.Sin>(1.6, Math.Sin, -4, 4);
    }

    [Fact]
    public void Cos_is_within_1_6_ulp()
    {
        Within<SingleLanes.Cos>(1.6, Math.Cos, -1e5, 1e5);
        Within<SingleLanes.Cos>(1.6, Math.Cos, -4, 4);
    }

    [Fact]
    public void Tanh_is_within_1_6_ulp() => Within<SingleLanes.Tanh>(1.6, Math.Tanh, -3, 3);

    [Fact]
    public void Erf_is_within_1_2_ulp() => Within<SingleLanes.Erf>(1.2, Scalar.erf, -4, 4);

    [Fact]
    public void Atan2_is_within_1_9_ulp()
    {
        var finite = All.Where(float.IsFinite).ToArray();
        float[] shuffled = [.. finite];
        new Random(2).Shuffle(shuffled);
        Within<SingleLanes.Atan2>(1.9, Math.Atan2, finite, shuffled);
        Within<SingleLanes.Atan2>(1.9, Math.Atan2, Arguments.Singles(-1, 1, Count, 3), Arguments.Singles(-1, 1, Count, 4));
    }

    [Fact]
    public void AtanRight_is_within_1_9_ulp()
    {
        var finite = All.Where(float.IsFinite).ToArray();
        var positive = finite.Select(MathF.Abs).Where(x => x > 0).ToArray();
        new Random(5).Shuffle(positive);
        Within<SingleLanes.AtanRight>(1.9, Math.Atan2, finite[..positive.Length], positive);
        Within<SingleLanes.AtanRight>(1.9, Math.Atan2, Arguments.Singles(-1, 1, Count, 6), Arguments.Singles(0, 1, Count, 7));
    }

    [Fact]
    public void ExpSinh_is_within_1_2_ulp()
    {
        float[] m = [.. Arguments.Sizes(-20, 7, Count, 8).Select(x => (float)x)];
        var share = Arguments.Doubles(-1, 1, Count, 9);
        var small = Arguments.Sizes(-20, 0, Count, 10);
        Within<SingleLanes.ExpSinh>(1.2, ExpSinh, m, [.. m.Zip(share, (a, s) => (float)(a * s))]);
        Within<SingleLanes.ExpSinh>(1.2, ExpSinh, m, [.. m.Zip(small, (a, s) => (float)(a * s))]);
    }

    // With sinh and exp apart m - |c| is not rounded, to which the result is as sensitive as m is large.
    private static double ExpSinh(double m, double c) =>
        Math.Abs(c) < 1e-3 ? Math.Exp(-m) * (c + c * c * c / 6) : Math.Exp(-m) * Math.Sinh(c);

    private static void Within<F>(double bound, Func<double, double> truth, double low, double high)
        where F : struct, ILaneFunction<float>
    {
        float[] x = [.. All, .. Arguments.Singles(low, high, Count, 11)];
        Within<F>(bound, (a, _) => truth(a), x, x);
    }

    private static void Within<F>(double bound, Func<double, double, double> truth, float[] x, float[] y)
        where F : struct, ILaneFunction<float>
    {
        var actual = Elementwise.Apply<F, Single256, float>(x, y);
        var (error, i) = actual.Select((a, i) => (Ulps.Of(a, truth(x[i], y[i])), i)).Max();
        Assert.True(error <= bound, $"{error:F3} ulp at ({x[i]:R}, {y[i]:R}): {actual[i]:R}, not {truth(x[i], y[i]):R}");
    }
}
