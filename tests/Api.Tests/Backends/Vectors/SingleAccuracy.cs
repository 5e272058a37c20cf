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
