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
    public void ExpM1_is_within_1_9_ulp()
    {
        Within<DoubleLanes.ExpM1>(1.9, Dd.expm1, Arguments.Doubles(-40, 700, Count, 5));
        Within<DoubleLanes.ExpM1>(1.9, Dd.expm1, Arguments.Doubles(-1, 1, Count, 6));
        Within<DoubleLanes.ExpM1>(1.9, Dd.expm1, Arguments.Sizes(-200, 0, Count, 7));
    }

    [Fact]
    public void Log_is_within_0_9_ulp()
    {
        Within<DoubleLanes.Log>(0.9, Log, Arguments.Sizes(-800, 800, Count, 8));
        Within<DoubleLanes.Log>(0.9, Log, Arguments.Doubles(0.5, 2, Count, 9));
    }

    [Fact]
    public void Log1P_is_within_1_4_ulp()
    {
        Within<DoubleLanes.Log1P>(1.4, Log1P, Arguments.Doubles(-0.999, 3, Count, 10));
        Within<DoubleLanes.Log1P>(1.4, Log1P, Arguments.Sizes(-200, 0, Count, 11));
    }

    [Fact]
    public void Tanh_is_within_1_1_ulp()
    {
        Within<DoubleLanes.Tanh>(1.1, Tanh, Arguments.Doubles(-20, 20, Count, 12));
        Within<DoubleLanes.Tanh>(1.1, Tanh, Arguments.Doubles(-1, 1, Count, 13));
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

    [Fact]
    public void ExpSinh_is_within_1_3_ulp()
    {
        var m = Arguments.Sizes(-20, 9, Count, 20);
        Within<DoubleLanes.ExpSinh>(1.3, ExpSinh, m, [.. m.Zip(Arguments.Doubles(-1, 1, Count, 21), (a, s) => a * s)]);
        Within<DoubleLanes.ExpSinh>(1.3, ExpSinh, m, [.. m.Zip(Arguments.Sizes(-100, 0, Count, 22), (a, s) => a * s)]);
    }

    private static DoubleDouble ExpSinh(DoubleDouble m, DoubleDouble c) =>
        ((IArithmetic<DoubleDouble>)new DoubleDoubleArithmetic()).ExpSinh(m, c);

    // atan2(sqrt((1 - x)(1 + x)), x)
    private static DoubleDouble Acos(DoubleDouble x) =>
        Dd.atan2(Dd.sqrt(Dd.multiply(Dd.subtract(One, x), Dd.add(One, x))), x);

    // One step of Newton's: y + x exp(-y) - 1.
    private static DoubleDouble Log(DoubleDouble x)
    {
        var y = Dd.ofFloat(Math.Log(x.Hi));
        return Dd.add(y, Dd.subtract(Dd.multiply(x, Dd.exp(Dd.negate(y))), One));
    }

    // The same: (1 + x)(1 + e) - 1 = x + e + x e, e = exp(-y) - 1.
    private static DoubleDouble Log1P(DoubleDouble x)
    {
        var y = Dd.ofFloat(Scalar.log1p(x.Hi));
        var e = Dd.expm1(Dd.negate(y));
        return Dd.add(y, Dd.add(Dd.add(x, e), Dd.multiply(x, e)));
    }

    // e/(2 + e), e = exp(2x) - 1
    private static DoubleDouble Tanh(DoubleDouble x)
    {
        var e = Dd.expm1(Dd.scale(2, x));
        return Dd.divide(e, Dd.add(Dd.ofFloat(2), e));
    }

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
