using HadamardNtk.Core;
using Xunit;
using Dd = HadamardNtk.Core.DoubleDoubleModule;

namespace HadamardNtk.Api.Tests;

/// <summary>
/// The functions of double lanes lie within the bounds that their comments state. The truth is double-double arithmetic,
/// good to 30 digits; for the other functions it is a table (<see cref="TrueValues"/>).
/// </summary>
public class DoubleAccuracy
{
    private const int Count = 150_000;

    private static readonly DoubleDouble One = Dd.ofFloat(1);

    [Fact]
    public void Acos_is_within_1_3_ulp()
    {
        Within<DoubleLanes.Acos>(1.3, Acos, Arguments.Doubles(-1, 1, Count, 1));
        Within<DoubleLanes.Acos>(1.3, Acos, [.. Arguments.Sizes(-52, -1, Count, 2).Select(x => 1 - x)]);
    }

    [Fact]
    public void Exp_is_within_1_9_ulp()
    {
        Within<DoubleLanes.Exp>(1.9, Dd.exp, Arguments.Doubles(-708, 709, Count, 3));
        Within<DoubleLanes.Exp>(1.9, Dd.exp, Arguments.Doubles(-1, 1, Count, 4));
    }

    [Fact]
    public void Atan2_is_within_1_6_ulp()
    {
        Within<DoubleLanes.Atan2>(1.6, Dd.atan2, Arguments.Doubles(-1, 1, Count, 14), Arguments.Doubles(-1, 1, Count, 15));
        Within<DoubleLanes.Atan2>(1.6, Dd.atan2, Arguments.Sizes(-200, 200, Count, 16), Arguments.Sizes(-200, 200, Count, 17));
    }

    [Fact]
    public void AtanRight_is_within_1_6_ulp() =>
        Within<DoubleLanes.AtanRight>(1.6, Dd.atan2, Arguments.Doubles(-1, 1, Count, 18), Arguments.Doubles(0, 1, Count, 19));

    // atan2(sqrt((1 - x)(1 + x)), x)
    private static DoubleDouble Acos(DoubleDouble x) =>
        Dd.atan2(Dd.sqrt(Dd.multiply(Dd.subtract(One, x), Dd.add(One, x))), x);

    private static void Within<F>(double bound, Func<DoubleDouble, DoubleDouble> truth, double[] x)
        where F : struct, ILaneFunction<double> =>
        Within<F>(bound, (a, _) => truth(a), x, x);

    private static void Within<F>(double bound, Func<DoubleDouble, DoubleDouble, DoubleDouble> truth, double[] x, double[] y)
        where F : struct, ILaneFunction<double>
    {
        var actual = Elementwise.Apply<F, Double256, double>(x, y);
        var (error, i) = actual.Select((a, i) => (Ulps.Of(a, truth(Dd.ofFloat(x[i]), Dd.ofFloat(y[i]))), i)).Max();
        Assert.True(error <= bound, $"{error:F3} ulp at ({x[i]:R}, {y[i]:R}): {actual[i]:R}");
    }
}
