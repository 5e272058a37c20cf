using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What somebody else's files next to a model, and odd ways to name its folder, must not lead to.</summary>
public class TroublesomeModelFolderTests : CommandLine
{
    public TroublesomeModelFolderTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
    }

    [Fact]
    public void A_folder_with_a_model_json_of_another_program_is_left_alone()
    {
        Directory.CreateDirectory(Place("mine"));
        Put("mine/model.json", "{\"keras_version\": \"2.1\"}");
        Put("mine/notes.txt", "precious");
        Unchanged(() => Fit("mine").Failed(2, "mine"));
    }

    [Fact]
    public void Other_files_in_a_model_folder_survive_a_new_fit()
    {
        Fit("m").Succeeded();
        Put("m/notes.txt", "precious");
        Fit("m").Succeeded();
        Assert.Equal("precious", File.ReadAllText(Place("m/notes.txt")));
    }

    [Fact]
    public void A_slash_behind_the_name_changes_nothing()
    {
        Fit("m/").Succeeded();
        Assert.Equal(["m", "m/model.json", "m/samples.npy", "m/weights.npy", "x.csv", "y.csv"], Names());
        Fit("m/").Succeeded();
    }

    [Fact]
    public void The_folder_one_stands_in_stays_the_same_folder()
    {
        Directory.CreateDirectory(Place("here"));
        var fit = Hntk.Shell(
            Folder, "cd here && \"$@\"; touch after || exit 9",
            "fit", "--net", "dense", "--x", "../x.csv", "--y", "../y.csv", "--model", ".");
        Assert.True(fit.Code == 0, fit.Error);
        Assert.Contains("here/after", Names());
    }

    [Theory]
    [InlineData("x.csv[:1]")]
    [InlineData("y.csv")]
    public void A_missing_parent_is_refused_and_not_made(string y) =>
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", y, "--model", "no/such/m"]);

    [Theory]
    [InlineData("\"Ridge\": [^,]*,", "\"Ridge\": 5,")]
    [InlineData("\"Ridge\": [^,]*,", "")]
    [InlineData("\"Network\": \"[^\"]*\"", "\"Network\": \"dense dense\"")]
    [InlineData("\"Kernel\": \"[^\"]*\"", "\"Kernel\": \"nngp\"")]
    [InlineData("\"Kernel\": \"[^\"]*\"", "\"Kernel\": \"other\"")]
    [InlineData("\"Unit\": false", "\"Unit\": true")]
    [InlineData("\"Classes\": null", "\"Classes\": [1, 2, 3]")]
    public void A_manifest_that_was_changed_is_refused(string pattern, string replacement)
    {
        Fit("m").Succeeded();
        var text = File.ReadAllText(Place("m/model.json"));
        var changed = Regex.Replace(text, pattern, replacement, RegexOptions.IgnoreCase);
        Assert.NotEqual(text, changed);
        Put("m/model.json", changed);
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy"], "model.json");
    }

    [Fact]
    public void The_precision_of_a_fit_is_that_of_its_samples()
    {
        Fit("m", "--precision", "f32").Succeeded();
        Assert.Equal("<f4", Read("m/samples.npy").Type);
        Assert.Equal("<f8", Read("m/weights.npy").Type);
    }

    private Outcome Fit(string model, params string[] options) =>
        Run(["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", model, .. options]);
}
