using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The functions of double lanes at zeros, infinities, limits and what is not a number.</summary>
public class DoubleSpecials
{
    private const double Inf = double.PositiveInfinity;
    private const double NaN = double.NaN;

    [Fact]
    public void The_arc_cosine_of_1_is_0_and_of_minus_1_pi() =>
        Values<DoubleLanes.Acos>([1, -1, 0, -0.0, 1.5, NaN], [0, Math.PI, Math.PI / 2, Math.PI / 2, NaN, NaN]);

    [Fact]
    public void The_exponential_of_0_is_1_and_the_range_ends_in_0_and_infinity() =>
        Values<DoubleLanes.Exp>([0, -0.0, -Inf, -1000, 1000, Inf, NaN], [1, 1, 0, 0, Inf, Inf, NaN]);

    [Fact]
    public void The_exponential_is_finite_up_to_the_logarithm_of_the_greatest_number()
    {
        Assert.True(double.IsFinite(Of<DoubleLanes.Exp>(709.782712893384)));
        Assert.Equal(Inf, Of<DoubleLanes.Exp>(double.BitIncrement(709.782712893384)));
    }

    [Fact]
    public void The_exponential_underflows_gradually()
    {
        Assert.Equal(double.Epsilon, Of<DoubleLanes.Exp>(-744.9));
        Assert.Equal(0, Of<DoubleLanes.Exp>(-745.2));
        Assert.Equal(Math.Exp(-720), Of<DoubleLanes.Exp>(-720), 1e-15 * Math.Exp(-708));
    }

    [Fact]
    public void The_angle_of_zeros_is_that_of_Math()
    {
        double[] numbers = [0, -0.0, 1, -1, double.Epsilon, -double.Epsilon, double.MaxValue, -double.MaxValue];
        var pairs = numbers.Where(x => x is 0 or 1 or -1).SelectMany(y => numbers, (y, x) => (y, x)).ToArray();
        double[] y = [.. pairs.Select(p => p.y)];
        double[] x = [.. pairs.Select(p => p.x)];
        var actual = Elementwise.Apply<DoubleLanes.Atan2, Double256, double>(y, x);
        foreach (var (angle, (b, a)) in actual.Zip(pairs).Where(p => p.Second.y == 0))
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(Math.Atan2(b, a)), BitConverter.DoubleToInt64Bits(angle));
        }
    }

    [Fact]
    public void The_angle_of_what_is_not_a_number_is_none()
    {
        Assert.True(double.IsNaN(Of<DoubleLanes.Atan2>(NaN, 1)) && double.IsNaN(Of<DoubleLanes.Atan2>(1, NaN)));
        Assert.True(double.IsNaN(Of<DoubleLanes.AtanRight>(NaN, 1)) && double.IsNaN(Of<DoubleLanes.AtanRight>(1, NaN)));
    }

    private static double Of<F>(double x, double y = 0)
        where F : struct, ILaneFunction<double> =>
        Elementwise.Apply<F, Double256, double>([x], [y])[0];

    // To the bit, so that zeros have their signs; anything that is not a number is like any other.
    private static void Values<F>(double[] x, double[] expected)
        where F : struct, ILaneFunction<double> =>
        Assert.Equal(expected.Select(Bits), Elementwise.Apply<F, Double256, double>(x, x).Select(Bits));

    private static long Bits(double x) => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? NaN : x);
}
