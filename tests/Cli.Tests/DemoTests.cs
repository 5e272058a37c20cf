using Xunit;

namespace HadamardNtk.Cli.Tests;

public class DemoTests : CommandLine
{
    [Fact]
    public void The_tour_shows_kernels_and_a_duel()
    {
        var output = Run("demo").Succeeded().Output;
        Assert.Contains("NNGP", output);
        Assert.Contains("NTK", output);
        Assert.Contains("130.00 ±", output);
        Assert.Empty(Names());
    }

    [Fact]
    public void Its_tables_fit_eighty_columns_and_have_no_colour_in_a_file()
    {
        var tables = Run("demo").Succeeded().Lines().Where(line => line.StartsWith(' ') || line.StartsWith('─')).ToArray();
        Assert.InRange(tables.Length, 20, 60);
        Assert.All(tables, line => Assert.InRange(line.Length, 0, 80));
        Assert.DoesNotContain(tables, line => line.Contains('\u001b'));
    }

    [Fact]
    public void Its_numbers_go_to_a_folder_that_is_asked_for()
    {
        Assert.Contains("report.html", Run("demo", "--out", "tour").Succeeded().Output);
        var page = File.ReadAllText(Place("tour/report.html"));
        Assert.Contains("A tour of HadamardNtk", page);
        Assert.Contains("goes on as a cubic", page);
        Assert.Contains("training range", page);
        Assert.Equal(["degrees.csv", "duel.csv", "kernel.csv", "spectra.csv"], Directory.GetFiles(Place("tour/csv")).Select(Path.GetFileName).Order());
        var files = Names().Where(n => n.EndsWith(".npy")).ToArray();
        Assert.InRange(files.Length, 6, 30);
        Assert.All(files, file => Assert.NotEmpty(Read(file).Values));
        Run("demo", "--out", "tour").Succeeded();
        Assert.Equal(files, Names().Where(n => n.EndsWith(".npy")));
    }

    [Theory]
    [InlineData("none/tour")]
    [InlineData("x.csv")]
    [InlineData("x.csv/tour")]
    public void A_folder_that_cannot_be_is_refused_before_anything_is_shown(string folder)
    {
        Put("x.csv", "1\n");
        Fails(2, ["demo", "--out", folder], folder.Split('/')[0]);
    }
}
