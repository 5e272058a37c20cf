using Xunit;

namespace HadamardNtk.Cli.Tests;

public class ModelFolderTests : CommandLine
{
    public ModelFolderTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
    }

    [Fact]
    public void Fitting_over_a_model_replaces_it()
    {
        Fit("m", "--ridge", "1", "--center").Succeeded();
        Fit("m", "--ridge", "1").Succeeded();
        Run("predict", "--model", "m", "--x", "x.csv[:1]", "--out", "Y.npy").Succeeded();
        Assert.Equal(10.0 / 11, Read("Y.npy").Values[0], 1e-13);
        Assert.DoesNotContain("m/mean.npy", Names());
    }

    [Fact]
    public void Fitting_into_an_empty_folder_fills_it()
    {
        Directory.CreateDirectory(Place("m"));
        Fit("m").Succeeded();
        Assert.Contains("m/model.json", Names());
    }

    [Fact]
    public void Another_folder_or_a_file_is_left_alone()
    {
        Directory.CreateDirectory(Place("mine"));
        Put("mine/notes.txt", "precious");
        Unchanged(() => Fit("mine").Failed(2, "mine"));
        Unchanged(() => Fit("x.csv").Failed(2, "x.csv"));
        Unchanged(() => Fit("x.csv/m").Failed(2, "x.csv/m"));
    }

    [Fact]
    public void A_fit_that_fails_leaves_the_old_model()
    {
        Fit("m").Succeeded();
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv[:1]", "--model", "m"]);
        Fails(2, ["fit", "--net", "relu", "--x", "x.csv", "--y", "y.csv", "--model", "m"]);
    }

    [Theory]
    [InlineData("weights.npy")]
    [InlineData("samples.npy")]
    [InlineData("mean.npy")]
    public void A_file_of_a_model_that_was_changed_or_lost_is_refused(string name)
    {
        Fit("m", "--center").Succeeded();
        var bytes = File.ReadAllBytes(Place("m/" + name));
        bytes[^3] ^= 1;
        Put("m/" + name, bytes);
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy"], name);
        File.Delete(Place("m/" + name));
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy"], name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Format\": \"something else\", \"Version\": 1}")]
    public void A_manifest_that_is_none_is_refused(string content)
    {
        Fit("m").Succeeded();
        Put("m/model.json", content);
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy"], "model.json");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("x.csv")]
    [InlineData(".")]
    public void What_is_no_model_folder_is_named(string model) =>
        Fails(2, ["predict", "--model", model, "--x", "x.csv", "--out", "Y.npy"], model, "model.json");

    [Fact]
    public void A_model_may_move_and_its_name_may_be_anything()
    {
        Fit("größe 数 [1]", "--ridge", "1").Succeeded();
        Directory.Move(Place("größe 数 [1]"), Place("moved"));
        Run("predict", "--model", "moved", "--x", "x.csv", "--out", "Y.npy").Succeeded();
        Assert.Equal(10.0 / 11, Read("Y.npy").Values[0], 1e-13);
    }

    private Outcome Fit(string model, params string[] options) =>
        Run(["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", model, .. options]);
}
