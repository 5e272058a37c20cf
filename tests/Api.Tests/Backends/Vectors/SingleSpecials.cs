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
        Assert.Equal(Inf, Of<SingleLanes.Exp>(float.BitIncrement(88.72283f)));
    }

    [Fact]
    public void The_exponential_is_a_normal_number_or_0()
    {
        Assert.True(Of<SingleLanes.Exp>(-87.33654f) >= 1.17549435E-38f);
        Assert.Equal(0, Of<SingleLanes.Exp>(-87.34f));
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

    private static float Of<F>(float x, float y = 0)
        where F : struct, ILaneFunction<float> =>
        Elementwise.Apply<F, Single256, float>([x], [y])[0];

    // To the bit, so that zeros have their signs; anything that is not a number is like any other.
    private static void Values<F>(float[] x, float[] expected)
        where F : struct, ILaneFunction<float> =>
        Assert.Equal(expected.Select(Bits), Elementwise.Apply<F, Single256, float>(x, x).Select(Bits));

    private static int Bits(float x) => BitConverter.SingleToInt32Bits(float.IsNaN(x) ? NaN : x);
}
