using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Tables as pandas writes them: numbers, and a last column of the classes' names.</summary>
public class TextLabelTests : CommandLine
{
    private const string Iris =
        "sepal,petal,species\n3,0.1,setosa\n2.5,-0.2,setosa\n-0.1,2,\"versicolor, \"\"wild\"\"\"\n0.3,3,\"versicolor, \"\"wild\"\"\"\n"
        + "-2,-2.2,#3\n-3,-2.5,#3\n";

    private const string Labels =
        "label\nsetosa\nsetosa\n\"versicolor, \"\"wild\"\"\"\n\"versicolor, \"\"wild\"\"\"\n\"#3\"\n\"#3\"\n";

    public TextLabelTests()
    {
        Put("iris.csv", Iris);
        Run("fit", "--net", Relu, "--x", "iris.csv[:,0:2]", "--y", "iris.csv[:,species]", "--classify", "--ridge", "1e-6", "--model", "m").Succeeded();
    }

    [Theory]
    [InlineData("Y.npy", "Y.label.csv")]
    [InlineData("Y.csv", "Y.label.csv")]
    [InlineData("Y", "Y.label.csv")]
    public void Labels_are_kept_and_written_back(string output, string labels)
    {
        var json = Run("predict", "--model", "m", "--x", "iris.csv[:,sepal:petal]", "--y", "iris.csv[:,-1]", "--out", output, "--json").Json();
        Assert.Equal(100, json.GetProperty("accuracy").GetDouble());
        Assert.True(json.GetProperty("rmse").GetDouble() < 1e-3);
        Assert.Equal(Labels, File.ReadAllText(Place(labels)));
        Assert.Equal(new[] { "iris.csv", output, labels }.Order(), Names().Where(name => !name.StartsWith('m')).Order());
    }

    [Fact]
    public void Packed_scores_have_packed_labels_which_are_read_again()
    {
        Run("predict", "--model", "m", "--x", "iris.csv[:,:2]", "--out", "Y.npy.gz").Succeeded();
        Assert.Equal([0x1f, 0x8b], File.ReadAllBytes(Place("Y.label.csv.gz"))[..2]);
        var json = Run("predict", "--model", "m", "--x", "iris.csv[:,:2]", "--y", "Y.label.csv.gz", "--out", "Z.npy", "--json").Json();
        Assert.Equal(100, json.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public void Labels_that_the_model_does_not_know_count_as_wrong_and_are_noted()
    {
        Put("true.csv", "species\nsetosa\nsetosa\nrosa\nSetosa\n\"#3\"\n\"#3\"\n");
        var json = Run("predict", "--model", "m", "--x", "iris.csv[:,:2]", "--y", "true.csv", "--out", "Y.npy", "--json").Json();
        Assert.Equal(400.0 / 6, json.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Contains("2 of 6 labels", json.GetProperty("notes")[0].GetString());
        Assert.Contains("Setosa, rosa", json.GetProperty("notes")[0].GetString());
    }

    [Fact]
    public void Numbers_among_texts_are_texts_and_noted()
    {
        Put("y.csv", "1\n1\n2\n2\n3a\n3a\n");
        var json = Run("fit", "--net", Relu, "--x", "iris.csv[:,:2]", "--y", "y.csv", "--classify", "--model", "n", "--json").Json();
        Assert.Contains("\"3a\" is no number", json.GetProperty("notes")[0].GetString());
        json = Run("predict", "--model", "n", "--x", "iris.csv[:4,:2]", "--y", "y.csv[:4]", "--out", "Y.npy", "--json").Json();
        Assert.Equal(100, json.GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public void What_cannot_be_a_label_is_refused()
    {
        string[] fit = ["fit", "--net", Relu, "--x", "iris.csv[:,:2]", "--model", "n", "--y"];
        Fails(2, [.. fit, "iris.csv[:,2]"], "iris.csv", "\"setosa\" in row 0, column 2");
        Fails(2, [.. fit, "iris.csv[:,kind]", "--classify"], "iris.csv", "sepal, petal, species", "\"kind\"");
        Put("y.csv", "s\na\na\n?\nb\nb\nb\n");
        Fails(2, [.. fit, "y.csv", "--classify"], "y.csv", "\"?\" in row 2, column 0");
        Fails(2, [.. fit, "iris.csv[:4,2]", "--classify"], "6 rows", "4");
        Fails(2, ["predict", "--model", "m", "--x", "iris.csv[:,:2]", "--y", "iris.csv[:,:2]", "--out", "Y.npy"], "labels of shape", "6 x 2");
    }

    [Fact]
    public void Labels_are_not_written_over_an_input()
    {
        Put("Y.label.csv", Iris);
        Fails(2, ["predict", "--model", "m", "--x", "Y.label.csv[:,:2]", "--out", "Y.npy"], "Y.label.csv", "--x");
    }

    [Theory]
    [InlineData("semicolon", ";")]
    [InlineData(";", ";")]
    [InlineData("tab", "\t")]
    [InlineData("space", "  ")]
    public void Fields_may_be_separated_by_other_marks(string separator, string mark)
    {
        Put("x.csv", "# by hand\na,b\n\n1,2\n3,4\n".Replace(",", mark));
        var text = Run("gram", "--net", "dense", "--x", "x.csv[:,a:b]", "--out", "-", "--separator", separator).Succeeded().Output;
        Assert.Equal("2.5,5.5\n5.5,12.5\n", text);
        Fails(2, ["gram", "--net", "dense", "--x", "x.csv", "--out", "K.npy"], "x.csv", $"--separator {(separator == ";" ? "semicolon" : separator)}");
    }

    [Fact]
    public void An_unknown_separator_is_answered_with_those_there_are() =>
        Fails(2, ["gram", "--net", "dense", "--x", "iris.csv[:,:2]", "--out", "K.npy", "--separator", "colon"], "comma or semicolon or tab or space", "'colon'");

    [Fact]
    public void Arrays_of_an_archive_are_named_behind_a_colon()
    {
        using (var zip = System.IO.Compression.ZipFile.Open(Place("d.npz"), System.IO.Compression.ZipArchiveMode.Create))
        {
            foreach (var (name, rows) in new[] { ("x", new double[,] { { 1, 2 }, { 3, 4 } }), ("y", new double[,] { { 1 }, { 2 } }) })
            {
                using var entry = zip.CreateEntry(name + ".npy").Open();
                entry.Write(Npy.Bytes(rows));
            }
        }

        Run("matvec", "--net", "dense", "--x", "d.npz:x", "--v", "d.npz:y[:,0]", "--out", "Y.csv").Succeeded();
        Assert.Equal("13.5\n30.5\n", File.ReadAllText(Place("Y.csv")));
        Fails(2, ["gram", "--net", "dense", "--x", "d.npz", "--out", "K.npy"], "d.npz", "it has 2: x, y");
        Fails(2, ["gram", "--net", "dense", "--x", "d.npz:z", "--out", "K.npy"], "x, y", "\"z\"");
    }
}
