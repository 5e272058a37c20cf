using Xunit;

namespace HadamardNtk.Cli.Tests;

public class ClassifierTests : CommandLine
{
    public ClassifierTests()
    {
        Put("x.csv", "3,0.1\n2.5,-0.2\n-0.1,2\n0.3,3\n-2,-2.2\n-3,-2.5\n");
        Put("y.csv", "7\n7\n-1\n-1\n40\n40\n");
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--classify", "--ridge", "1e-6", "--model", "m").Succeeded();
    }

    [Fact]
    public void Labels_are_any_integers_and_come_back_as_a_file_of_integers()
    {
        Put("new.csv", "5,0\n0,5\n-4,-4\n");
        Put("true.csv", "7\n-1\n7\n");
        var json = Run("predict", "--model", "m", "--x", "new.csv", "--y", "true.csv", "--out", "Y.npy", "--std", "--json").Json();
        Assert.Equal("<i8", Read("Y.label.npy").Type);
        Read("Y.label.npy").IsExactly([3], 7, -1, 40);
        Assert.Equal([3, 3], Read("Y.npy").Shape);
        Assert.Equal([3], Read("Y.std.npy").Shape);
        Assert.Equal(200.0 / 3, json.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.True(json.TryGetProperty("rmse", out _));
    }

    [Fact]
    public void The_training_scores_are_one_hot_minus_one_over_the_classes()
    {
        Run("predict", "--model", "m", "--x", "x.csv[:1]", "--out", "Y.npy").Succeeded();
        var scores = Read("Y.npy").Values;
        Assert.All(scores.Zip([-1 / 3.0, 2 / 3.0, -1 / 3.0]), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Labels_that_are_none_are_refused()
    {
        Put("half.csv", "1\n2\n1.5\n2\n1\n2\n");
        Put("wide.csv", "1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n");
        Put("one.csv", "4\n4\n4\n4\n4\n4\n");
        string[] fit = ["fit", "--net", Relu, "--x", "x.csv", "--classify", "--model", "n", "--y"];
        Fails(2, [.. fit, "half.csv"], "half.csv", "1.5", "row 2");
        Fails(2, [.. fit, "wide.csv"], "wide.csv", "6 x 2");
        Fails(2, [.. fit, "one.csv"], "two classes");
        Fails(2, [.. fit, "y.csv[:5]"], "6", "5");
    }
}
