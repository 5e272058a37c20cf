using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The functions of float lanes at zeros, infinities, limits and what is not a number.</summary>
public class SingleSpecials
{
    private const float Inf = float.PositiveInfinity;
    private const float NaN = float.NaN;

    [Fact]
    public void The_arc_cosine_of_1_is_0_and_of_minus_1_pi() =>
        Values<SingleLanes.Acos>([1, -1, 0, -0f, 1.5f, NaN], [0, MathF.PI, MathF.PI / 2, MathF.PI / 2, NaN, NaN]);

    [Fact]
    public void The_exponential_of_0_is_1_and_the_range_ends_in_0_and_infinity() =>
        Values<SingleLanes.Exp>([0, -0f, -Inf, -1000, 1000, Inf, NaN], [1, 1, 0, 0, Inf, Inf, NaN]);

    [Fact]
    public void The_exponential_is_finite_up_to_the_logarithm_of_the_greatest_number()
    {
        Assert.True(float.IsFinite(Of<SingleLanes.Exp>(88.72283f)));
        Assert.True(float.IsFinite(Of<SingleLanes.ExpM1>(88.72283f)));
        Assert.Equal(Inf, Of<SingleLanes.Exp>(float.BitIncrement(88.72283f)));
        Assert.Equal(Inf, Of<SingleLanes.ExpM1>(float.BitIncrement(88.72283f)));
    }

    [Fact]
    public void The_exponential_is_a_normal_number_or_0()
    {
        Assert.True(Of<SingleLanes.Exp>(-87.33654f) >= 1.17549435E-38f);
        Assert.Equal(0, Of<SingleLanes.Exp>(-87.34f));
    }

    [Fact]
    public void The_exponential_less_1_keeps_zeros_and_tiny_numbers() =>
        Values<SingleLanes.ExpM1>(
            [0, -0f, float.Epsilon, -float.Epsilon, -Inf, -1000, Inf, NaN],
            [0, -0f, float.Epsilon, -float.Epsilon, -1, -1, Inf, NaN]);

    [Fact]
    public void The_logarithm_has_its_limits() =>
        Values<SingleLanes.Log>([1, 0, -0f, -1, -Inf, Inf, NaN], [0, -Inf, -Inf, NaN, NaN, Inf, NaN]);

    [Fact]
    public void The_logarithm_of_1_and_more_has_its_limits() =>
        Values<SingleLanes.Log1P>(
            [0, -0f, float.Epsilon, -float.Epsilon, -1, -2, -Inf, Inf, NaN],
            [0, -0f, float.Epsilon, -float.Epsilon, -Inf, NaN, NaN, Inf, NaN]);

    [Fact]
    public void Sine_and_cosine_of_0_are_0_and_1()
    {
        Values<SingleLanes.Sin>([0, -0f, Inf, NaN], [0, -0f, NaN, NaN]);
        Values<SingleLanes.Cos>([0, -0f, Inf, NaN], [1, 1, NaN, NaN]);
    }

    [Fact]
    public void Sine_and_cosine_of_great_numbers_are_the_scalar_ones()
    {
        Values<SingleLanes.Sin>([1, 1e6f, 1e30f], [Of<SingleLanes.Sin>(1), MathF.Sin(1e6f), MathF.Sin(1e30f)]);
        Values<SingleLanes.Cos>([1, 1e6f, 1e30f], [Of<SingleLanes.Cos>(1), MathF.Cos(1e6f), MathF.Cos(1e30f)]);
    }

    [Fact]
    public void Tanh_and_erf_saturate()
    {
        float[] x = [0, -0f, float.Epsilon, 1000, -1000, Inf, -Inf, NaN];
        Values<SingleLanes.Tanh>(x, [0, -0f, float.Epsilon, 1, -1, 1, -1, NaN]);
        Values<SingleLanes.Erf>(x, [0, -0f, float.Epsilon, 1, -1, 1, -1, NaN]);
    }

    [Fact]
    public void The_angle_of_zeros_is_that_of_Math()
    {
        float[] numbers = [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, float.MaxValue, -float.MaxValue];
        var pairs = numbers.Where(x => x is 0 or 1 or -1).SelectMany(y => numbers, (y, x) => (y, x)).ToArray();
        float[] y = [.. pairs.Select(p => p.y)];
        float[] x = [.. pairs.Select(p => p.x)];
        var actual = Elementwise.Apply<SingleLanes.Atan2, Single256, float>(y, x);
        foreach (var (angle, (b, a)) in actual.Zip(pairs).Where(p => p.Second.y == 0))
        {
            Assert.Equal(BitConverter.SingleToInt32Bits(MathF.Atan2(b, a)), BitConverter.SingleToInt32Bits(angle));
        }
    }

    [Fact]
    public void The_angle_of_what_is_not_a_number_is_none()
    {
        Assert.True(float.IsNaN(Of<SingleLanes.Atan2>(NaN, 1)) && float.IsNaN(Of<SingleLanes.Atan2>(1, NaN)));
        Assert.True(float.IsNaN(Of<SingleLanes.AtanRight>(NaN, 1)) && float.IsNaN(Of<SingleLanes.AtanRight>(1, NaN)));
    }

    [Fact]
    public void A_damped_hyperbolic_sine_does_not_overflow()
    {
        Assert.Equal(0.5f, Of<SingleLanes.ExpSinh>(1000, 1000));
        Assert.Equal(-0.5f, Of<SingleLanes.ExpSinh>(float.MaxValue, -float.MaxValue));
        Assert.Equal(0, Of<SingleLanes.ExpSinh>(float.MaxValue, 1));
        Assert.Equal(0, Of<SingleLanes.ExpSinh>(Inf, 1));
        Assert.Equal(float.Epsilon, Of<SingleLanes.ExpSinh>(0, float.Epsilon));
        Assert.Equal(BitConverter.SingleToInt32Bits(-0f), BitConverter.SingleToInt32Bits(Of<SingleLanes.ExpSinh>(1, -0f)));
    }

    private static float Of<F>(float x, float y = 0)
        where F : struct, ILaneFunction<float> =>
        Elementwise.Apply<F, Single256, float>([x], [y])[0];

    // To the bit, so that zeros have their signs; anything that is not a number is like any other.
    private static void Values<F>(float[] x, float[] expected)
        where F : struct, ILaneFunction<float> =>
        Assert.Equal(expected.Select(Bits), Elementwise.Apply<F, Single256, float>(x, x).Select(Bits));

    private static int Bits(float x) => BitConverter.SingleToInt32Bits(float.IsNaN(x) ? NaN : x);
}
