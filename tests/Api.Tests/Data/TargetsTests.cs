using Xunit;

namespace HadamardNtk.Api.Tests;

public class TargetsTests : DataFolder
{
    [Fact]
    public void Targets_are_n_or_n_by_outputs()
    {
        Same(new double[,] { { 1 }, { 2 } }, DataFile.ReadTargets(Put("a.npy", NpyBytes.Of("|u1", "(2,)", [1, 2]))));
        Same(new double[,] { { 1, 2 } }, DataFile.ReadTargets(Put("b.csv", "1,2")));
        var cube = Put("c.npy", NpyBytes.Of("|u1", "(1, 2, 2)", [1, 2, 3, 4]));
        Refused(() => DataFile.ReadTargets(cube), cube, "n x outputs", "shape 1 x 2 x 2");
    }

    [Fact]
    public void Labels_are_integers_of_shape_n_or_n_by_1()
    {
        Assert.Equal([3, -1, 9007199254740991], DataFile.ReadLabels(Put("a.csv", "3\n-1.0\n9007199254740991\n")));
        Assert.Equal([7, 0], DataFile.ReadLabels(Put("b.npy", NpyBytes.Of("|u1", "(2,)", [7, 0]))));
        var wide = Put("c.csv", "1,2\n3,4\n");
        Refused(() => DataFile.ReadLabels(wide), wide, "n or n x 1", "shape 2 x 2", "[:,-1]");
        var cube = Put("d.npy", NpyBytes.Of("|u1", "(2, 1, 1)", [1, 2]));
        Refused(() => DataFile.ReadLabels(cube), cube, "shape 2 x 1 x 1");
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e-300")]
    [InlineData("9007199254740992")]
    [InlineData("-1e300")]
    public void What_is_no_exact_integer_is_no_label(string bad)
    {
        var path = Put("y.csv", $"1\n2\n{bad}\n");
        Refused(() => DataFile.ReadLabels(path), path, "an integer label", "in row 2 (counted from 0)");
    }
}
