using System.Globalization;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class CompareTests : CommandLine
{
    private static readonly string[] Compare =
        ["compare", "--net", "@relu.txt", "--net", "dense", "--x", "x.npy", "--y", "y.npy", "--folds", "3", "--seeds", "2", "--ridge", "0.01"];

    public CompareTests()
    {
        var x = Samples(24, 3);
        Put("x.npy", x);
        Put("y.npy", Rows(24, i => Math.Abs(x[i, 0]) + x[i, 1]));
        Put("labels.csv", string.Concat(Enumerable.Range(0, 24).Select(i => (x[i, 0] > 0 ? 1 : 2) + "\n")));
        Put("relu.txt", $"{Relu}\n");
    }

    [Fact]
    public void The_table_has_a_line_for_each_kernel_and_a_star_at_the_best()
    {
        var lines = Run([.. Compare, "--kernel", "ntk,nngp"]).Succeeded().Lines();
        Assert.Equal(["network", "relu", "relu", "dense", "dense"], lines[..5].Select(line => line.Split(' ')[0]));
        Assert.StartsWith("relu", Assert.Single(lines, line => line.Contains('*')));
        Assert.Contains("Nadeau and Bengio", lines[^1]);
    }

    [Fact]
    public void Csv_and_json_have_every_score()
    {
        var rows = Run([.. Compare, "--format", "csv"]).Succeeded().Lines().Select(line => line.Split(',')).ToArray();
        Assert.Equal(["network", "kernel", "seed", "fold", "ridge", "rmse"], rows[0]);
        var json = Run([.. Compare, "--json"]).Json("metric", "n", "folds", "seeds", "kernels", "seconds", "features");
        Assert.Equal(json.GetProperty("kernels").ToString(), Run([.. Compare, "--format", "json"]).Json().GetProperty("kernels").ToString());
        var scores = json.GetProperty("kernels").EnumerateArray().SelectMany(kernel => kernel.GetProperty("scores").EnumerateArray()).ToArray();
        Assert.Equal(rows[1..].Select(row => double.Parse(row[5], CultureInfo.InvariantCulture)), scores.Select(score => score.GetProperty("value").GetDouble()));
        Assert.Equal(12, scores.Length);
        var first = json.GetProperty("kernels")[0];
        Assert.Equal(scores[..6].Average(score => score.GetProperty("value").GetDouble()), first.GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal((true, Relu), (first.GetProperty("best").GetBoolean(), first.GetProperty("network").GetString()));
    }

    [Fact]
    public void Other_formats_put_the_best_in_bold()
    {
        string[] labels = [.. Compare.Select(word => word == "y.npy" ? "labels.csv" : word), "--classify", "--unit", "--format"];
        Assert.Contains("| relu | ntk | **", Run([.. Compare, "--format", "markdown"]).Succeeded().Output);
        var latex = Run([.. labels, "latex"]).Succeeded().Output;
        Assert.Contains("accuracy (\\%)", latex);
        Assert.Single(latex.Split("\\textbf{")[1..]);
    }

    [Theory]
    [InlineData("--folds 1", "--folds", "2")]
    [InlineData("--folds 25", "24 folds")]
    [InlineData("--kernel both", "ntk,nngp", "'both'")]
    [InlineData("--kernel ntk,ntk", "ntk,nngp")]
    [InlineData("--ridge-relative 1", "--ridge or --ridge-relative")]
    [InlineData("--format pdf", "markdown", "'pdf'")]
    [InlineData("--net dense", "different names")]
    [InlineData("--classify", "y.npy")]
    public void What_cannot_be_compared_is_refused(string more, params string[] parts)
    {
        string[] words = more.Split(' ');
        string[] line = words[0] is "--folds" ? [.. Compare.Where((_, i) => i is not (9 or 10)), .. words] : [.. Compare, .. words];
        Fails(2, line, parts);
    }

    private static double[,] Rows(int count, Func<int, double> value)
    {
        var rows = new double[count, 1];
        for (var i = 0; i < count; i++)
        {
            rows[i, 0] = value(i);
        }

        return rows;
    }
}
