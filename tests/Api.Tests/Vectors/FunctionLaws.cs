using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What holds of the functions as such.</summary>
public class FunctionLaws
{
    private static readonly float[] Singles = [.. Arguments.AllSingles(50, 1), .. Arguments.Singles(-5, 5, 100_000, 2)];
    private static readonly double[] Doubles = [.. Arguments.AllDoubles(10, 1), .. Arguments.Doubles(-5, 5, 100_000, 2)];

    [Fact]
    public void Odd_functions_of_floats_are_odd_to_the_bit()
    {
        Odd<SingleLanes.Erf, Single256, float>(Singles, x => -x);
        Odd<SingleLanes.Tanh, Single256, float>(Singles, x => -x);
        Odd<SingleLanes.Sin, Single256, float>(Singles, x => -x);
    }

    [Fact]
    public void Odd_functions_of_doubles_are_odd_to_the_bit()
    {
        Odd<DoubleLanes.Erf, Double256, double>(Doubles, x => -x);
        Odd<DoubleLanes.Tanh, Double256, double>(Doubles, x => -x);
        Odd<DoubleLanes.Sin, Double256, double>(Doubles, x => -x);
    }

    [Fact]
    public void The_cosine_is_even_to_the_bit()
    {
        float[] x = [.. Singles.Select(x => -x)];
        Assert.Equal(Map<SingleLanes.Cos, Single256, float>(Singles), Map<SingleLanes.Cos, Single256, float>(x));
        double[] y = [.. Doubles.Select(x => -x)];
        Assert.Equal(Map<DoubleLanes.Cos, Double256, double>(Doubles), Map<DoubleLanes.Cos, Double256, double>(y));
    }

    [Fact]
    public void Angles_of_opposite_cosines_add_up_to_pi()
    {
        var x = Arguments.Singles(-1, 1, 100_000, 3);
        var angles = Map<SingleLanes.Acos, Single256, float>(x);
        var opposite = Map<SingleLanes.Acos, Single256, float>([.. x.Select(a => -a)]);
        var errors = angles.Zip(opposite, (a, b) => Math.Abs((double)a + b - Math.PI));
        Assert.InRange(errors.Max(), 0, 3 * 2.6 * Math.ScaleB(1, -23));

        var y = Arguments.Doubles(-1, 1, 100_000, 4);
        var finer = Map<DoubleLanes.Acos, Double256, double>(y);
        var finerOpposite = Map<DoubleLanes.Acos, Double256, double>([.. y.Select(a => -a)]);
        var finerErrors = finer.Zip(finerOpposite, (a, b) => Math.Abs(a + b - Math.PI));
        Assert.InRange(finerErrors.Max(), 0, 3 * 1.3 * Math.ScaleB(1, -52));
    }

    [Fact]
    public void Exponential_and_logarithm_undo_each_other()
    {
        var x = Arguments.Doubles(-700, 700, 100_000, 5);
        var back = Map<DoubleLanes.Log, Double256, double>(Map<DoubleLanes.Exp, Double256, double>(x));
        Assert.InRange(x.Zip(back, (a, b) => Math.Abs(a - b) / Math.Max(3, Math.Abs(a))).Max(), 0, 2e-16);
    }

    [Fact]
    public void Functions_that_grow_do_so_up_to_their_error()
    {
        Grows<SingleLanes.Exp>(-80, 80, 1.7);
        Grows<SingleLanes.ExpM1>(-16, 16, 1.4);
        Grows<SingleLanes.Log>(0.1, 10, 0.9);
        Grows<SingleLanes.Log1P>(-0.9, 10, 1.5);
        Grows<SingleLanes.Tanh>(-10, 10, 1.6);
        Grows<SingleLanes.Erf>(-4, 4, 1.2);
    }

    // Neighbours may lie in the wrong order by their two errors, no more.
    private static void Grows<F>(double low, double high, double error)
        where F : struct, ILaneFunction<float>
    {
        var x = Arguments.Singles(low, high, 200_000, 6);
        Array.Sort(x);
        var y = Map<F, Single256, float>(x);
        var falls = y.Zip(y.Skip(1), (a, b) => (a - b) / (MathF.BitIncrement(MathF.Abs(a)) - MathF.Abs(a)));
        Assert.InRange(falls.Max(), -1e9, 2 * error);
    }

    private static void Odd<F, V, T>(T[] x, Func<T, T> negative)
        where F : struct, ILaneFunction<T>
        where V : struct, ILanes<V, T>
        where T : unmanaged =>
        Assert.Equal(Map<F, V, T>(x).Select(negative), Map<F, V, T>([.. x.Select(negative)]));

    private static T[] Map<F, V, T>(T[] x)
        where F : struct, ILaneFunction<T>
        where V : struct, ILanes<V, T>
        where T : unmanaged =>
        Elementwise.Apply<F, V, T>(x, x);
}
