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
    public void Probabilities_of_the_classes_are_in_a_file_and_score_the_labels()
    {
        Put("true.csv", "7\n-1\n7\n");
        Put("new.csv", "5,0\n0,5\n-4,-4\n");
        string[] predict = ["predict", "--model", "m", "--x", "new.csv", "--y", "true.csv", "--out", "Y.npy", "--probabilities"];
        var json = Run([.. predict, "--json"]).Json("rows", "outputs", "rmse", "accuracy", "log_loss", "calibration_error", "seconds", "features", "classes", "confusion");
        var found = Read("Y.prob.npy");
        Assert.Equal([3, 3], found.Shape);
        Assert.False(File.Exists(Place("Y.std.npy")));
        for (var i = 0; i < 3; i++) Assert.Equal(1, found.Values[(3 * i)..(3 * i + 3)].Sum(), 1e-13);

        // The classes are -1, 7, 40.
        var expected = -(Math.Log(found.Values[1]) + Math.Log(found.Values[3]) + Math.Log(found.Values[7])) / 3;
        Assert.Equal(expected, json.GetProperty("log_loss").GetDouble(), 1e-12);
        Assert.Equal("[-1,7,40]", Compact(json, "classes"));
        Assert.Equal("[[1,0,0],[0,1,1],[0,0,0]]", Compact(json, "confusion"));
        string[] table =
        [
            "confusion: a row for each true class, a column for each predicted one",
            "    -1   7  40", "-1   1   0   0", "7    0   1   1", "40   0   0   0",
        ];
        Assert.Equal(table, Run(predict).Succeeded().Lines()[^5..]);

        // A class that the model does not know has probability 0 and no row.
        Put("true.csv", "7\n-1\n8\n");
        json = Run([.. predict, "--json"]).Json();
        Assert.Equal("null", Compact(json, "log_loss"));
        Assert.Equal("[[1,0,0],[0,1,0],[0,0,0]]", Compact(json, "confusion"));
        Fails(2, [.. predict[..^3], "--out", "Y.npy", "--interval", "95"], "--probabilities");
        Fails(2, [.. predict[..3], "--x", "Y.prob.npy", "--out", "Y.npy", "--probabilities"], "--x");
    }

    [Fact]
    public void A_table_wider_than_a_terminal_is_its_most_frequent_mistakes()
    {
        Put("many.csv", string.Concat(Enumerable.Range(0, 30).Select(i => $"{Math.Cos(i)},{Math.Sin(i)}\n")));
        Put("label.csv", "name\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"a class with a number {i}\n")));
        Run("fit", "--net", Relu, "--x", "many.csv", "--y", "label.csv", "--classify", "--ridge", "1e-6", "--model", "n").Succeeded();
        Put("wrong.csv", "name\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"a class with a number {(i + 1) % 30}\n")));
        string[] predict = ["predict", "--model", "n", "--x", "many.csv", "--out", "Y.npy", "--y"];
        var lines = Run([.. predict, "wrong.csv"]).Succeeded().Lines();
        Assert.Contains("confusion: 10 of 30 mistakes of 30 classes, the most frequent; --json has all", lines);
        Assert.Equal(10, lines.Count(line => line.StartsWith("true a class wit~, predicted a class wit~: 1")));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("confusion: 0 of 0 mistakes of 30 classes", Run([.. predict, "label.csv"]).Succeeded().Output);
    }

    private static string Compact(System.Text.Json.JsonElement json, string key) => System.Text.Json.JsonSerializer.Serialize(json.GetProperty(key));

    [Fact]
    public void The_training_scores_are_one_hot_minus_one_over_the_classes()
    {
        Run("predict", "--model", "m", "--x", "x.csv[:1]", "--out", "Y.npy").Succeeded();
        var scores = Read("Y.npy").Values;
        Numbers.Near([-1 / 3.0, 2 / 3.0, -1 / 3.0], scores, 1e-4);
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
