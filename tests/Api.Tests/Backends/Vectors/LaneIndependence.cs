using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>
/// A lane's bits depend on its argument alone: neither on the vector's width, nor on its place, nor on the others.
/// </summary>
public class LaneIndependence
{
    [Fact]
    public void Floats_are_the_same_in_every_width_and_place()
    {
        Same<SingleLanes.Acos>();
        Same<SingleLanes.Atan2>();
        Same<SingleLanes.AtanRight>();
        Same<SingleLanes.Exp>();
    }

    [Fact]
    public void Doubles_are_the_same_in_every_width_and_place()
    {
        SameDoubles<DoubleLanes.Acos>();
        SameDoubles<DoubleLanes.Atan2>();
        SameDoubles<DoubleLanes.AtanRight>();
        SameDoubles<DoubleLanes.Exp>();
    }

    private static void Same<F>()
        where F : struct, ILaneFunction<float>
    {
        float[] x = [.. Arguments.AllSingles(5, 1), .. Arguments.Singles(-4, 4, 10_000, 2)];
        float[] y = [.. x.Reverse()];
        var expected = Elementwise.Apply<F, Single256, float>(x, y);
        Equal(expected, Elementwise.Apply<F, Single128, float>(x, y));
        Equal(expected, Elementwise.Apply<F, Single512, float>(x, y));
        Equal(expected[3..], Elementwise.Apply<F, Single256, float>(x[3..], y[3..]));
    }

    private static void SameDoubles<F>()
        where F : struct, ILaneFunction<double>
    {
        double[] x = [.. Arguments.AllDoubles(1, 1), .. Arguments.Doubles(-4, 4, 10_000, 2)];
        double[] y = [.. x.Reverse()];
        var expected = Elementwise.Apply<F, Double256, double>(x, y);
        Equal(expected, Elementwise.Apply<F, Double128, double>(x, y));
        Equal(expected, Elementwise.Apply<F, Double512, double>(x, y));
        Equal(expected[3..], Elementwise.Apply<F, Double256, double>(x[3..], y[3..]));
    }

    private static void Equal(float[] expected, float[] actual) =>
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));

    private static void Equal(double[] expected, double[] actual) =>
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));
}
