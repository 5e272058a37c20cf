using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What holds of the functions as such.</summary>
public class FunctionLaws
{
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
    public void Exponentials_of_opposite_numbers_are_inverse()
    {
        var x = Arguments.Doubles(-700, 700, 100_000, 5);
        var there = Map<DoubleLanes.Exp, Double256, double>(x);
        var back = Map<DoubleLanes.Exp, Double256, double>([.. x.Select(a => -a)]);
        Assert.InRange(there.Zip(back, (a, b) => Math.Abs(a * b - 1)).Max(), 0, (2 * 1.9 + 1) * Math.ScaleB(1, -52));
    }

    [Fact]
    public void Functions_that_grow_do_so_up_to_their_error()
    {
        Grows<SingleLanes.Exp>(-80, 80, 1.7);
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

    private static T[] Map<F, V, T>(T[] x)
        where F : struct, ILaneFunction<T>
        where V : struct, ILanes<V, T>
        where T : unmanaged =>
        Elementwise.Apply<F, V, T>(x, x);
}
