using System.Text;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What is said of inputs that were read, but perhaps not as they were meant; and messages that lead to the cause.</summary>
public class NotesTests : CommandLine
{
    public NotesTests()
    {
        Put("x.csv", "3,0.1\n2.5,-0.2\n-0.1,2\n0.3,3\n");
        Put("y.csv", "7\n7\n-1\n-1\n");
    }

    [Fact]
    public void Labels_that_a_model_never_saw_are_noted()
    {
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--classify", "--model", "m").Succeeded();
        Put("new.csv", "7\n8\n9\n8\n");
        string[] predict = ["predict", "--model", "m", "--x", "x.csv", "--y", "new.csv", "--out", "Y.npy"];
        var note = Assert.Single(Run([.. predict, "--json"]).Json("rows", "outputs", "rmse", "accuracy", "seconds", "features", "classes", "confusion", "notes").GetProperty("notes").EnumerateArray());
        Assert.Equal("new.csv: 3 of 4 labels are of classes that the model was not trained on (8, 9) and count as wrong", note.GetString());
        Assert.Contains(Run(predict).Succeeded().Lines(), line => line == $"note      {note.GetString()}");
        Run("predict", "--model", "m", "--x", "x.csv", "--y", "y.csv", "--out", "Y.npy", "--json").Json("rows", "outputs", "rmse", "accuracy", "seconds", "features", "classes", "confusion");
    }

    [Theory]
    [InlineData(",a,b\n0,3,1\n1,2,-1\n")]
    [InlineData("Unnamed: 0,a,b\n0,3,1\n1,2,-1\n")]
    public void A_first_column_without_a_name_is_noted_by_every_command(string text)
    {
        Put("p.csv", text);
        Put("t.csv", "1\n2\n");
        string[][] lines =
        [
            ["gram", "--net", "dense", "--x", "p.csv", "--out", "K.npy"],
            ["gram", "--net", "dense", "--x", "p.csv[:,1:]", "--x2", "p.csv[:,:2]", "--out", "K.npy"],
            ["matvec", "--net", "dense", "--x", "x.csv[:2]", "--v", "p.csv", "--out", "Y.npy"],
            ["empirical", "--net", "dense", "--width", "2", "--seed", "1", "--x", "p.csv", "--out", "K.npy"],
            ["width", "--net", "dense", "--x", "p.csv"],
            ["fit", "--net", "dense", "--x", "p.csv", "--y", "t.csv", "--ridge", "1", "--model", "m"],
            ["fit", "--net", "dense", "--x", "x.csv[:2]", "--y", "p.csv", "--ridge", "1", "--model", "n"],
            ["predict", "--model", "m", "--x", "p.csv", "--out", "Y.npy"],
            ["dynamics", "--net", "dense", "--x", "p.csv", "--y", "t.csv", "--times", "1", "--out", "flow"],
        ];
        Assert.All(lines, line => Assert.Contains(
            "the first column has no name", Assert.Single(Run([.. line, "--json"]).Json().GetProperty("notes").EnumerateArray()).GetString()));
        Assert.False(Run("gram", "--net", "dense", "--x", "p.csv[:,1:]", "--out", "K.npy", "--json").Json().TryGetProperty("notes", out _));
    }

    [Fact]
    public void The_number_of_features_is_said()
    {
        Assert.Contains("features  2", Run("gram", "--net", "dense", "--x", "x.csv", "--out", "K.npy").Succeeded().Lines());
        Assert.Equal(1, Run("gram", "--net", "dense", "--x", "x.csv[:,0]", "--out", "K.npy", "--json").Json().GetProperty("features").GetInt32());
    }

    [Fact]
    public void Pairs_that_needed_more_digits_are_counted_in_words()
    {
        Put("near.csv", "1,1\n1,1.000000000001\n5,-3\n");
        var json = Run("gram", "--net", Relu, "--x", "near.csv", "--out", "K.npy", "--json").Json();
        Assert.Equal("1 of 6 pairs needed 32 digits", json.GetProperty("precision").GetString());
        json = Run("gram", "--net", Relu, "--x", "near.csv", "--x2", "near.csv", "--out", "K.npy", "--json").Json();
        Assert.Equal("2 of 9 pairs needed 32 digits", json.GetProperty("precision").GetString());
    }

    [Fact]
    public void Files_of_other_programs_are_read_or_answered_with_the_cause()
    {
        Put("wide.csv", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("1,2\n3,4\n")]);
        Run("gram", "--net", "dense", "--x", "wide.csv", "--out", "K.csv").Succeeded();
        Assert.Equal("2.5,5.5\n5.5,12.5\n", File.ReadAllText(Place("K.csv")));
        Put("semicolon.csv", "a;b\n1,5;2,5\n3,5;4,5\n");
        Fails(2, ["gram", "--net", "dense", "--x", "semicolon.csv", "--out", "L.npy"], "the separator looks like ';'", "tr ',;' '.,'");
        Put("na.csv", "#N/A\n1\n2\n");
        Fails(2, ["gram", "--net", "dense", "--x", "na.csv", "--out", "L.npy"], "\"#N/A\" in row 0", "missing value");
        Put("one.csv", "1,2\n");
        Put("target.csv", "3\n");
        Fails(2, ["fit", "--net", "dense", "--x", "one.csv", "--y", "target.csv", "--center", "--model", "m"], "there is one row", "give other rows");
    }
}
