using Xunit;

namespace HadamardNtk.Cli.Tests;

public class GraphsTests : CommandLine
{
    private const string Net = "aggregate dense relu aggregate dense relu global_sum_pool";

    public GraphsTests()
    {
        Directory.CreateDirectory(Place("rings/10fold_idx"));
        Put("rings/rings.txt", $"{12}\n" + string.Concat(Enumerable.Range(0, 12).Select(i => Shape(5 + i / 2, i % 2 == 1))));
        for (var k = 0; k < 2; k++)
        {
            Put($"rings/10fold_idx/train_idx-{k + 1}.txt", Lines(Enumerable.Range(0, 12).Where(i => i / 2 % 2 != k)));
            Put($"rings/10fold_idx/test_idx-{k + 1}.txt", Lines(Enumerable.Range(0, 12).Where(i => i / 2 % 2 == k)));
        }
    }

    [Fact]
    public void The_matrix_of_graphs_has_its_provenance_and_a_model_is_fitted_on_it()
    {
        var json = Run("gram", "--net", Net, "--x", "graphs:rings", "--out", "K.npy", "--json")
            .Json("rows", "columns", "seconds", "backend", "features", "vertices");
        Assert.Equal(
            (12, 12, 2, 90),
            (json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32(),
                json.GetProperty("features").GetInt32(), json.GetProperty("vertices").GetInt32()));
        Assert.Contains("graphs:rings", File.ReadAllText(Place("K.npy.json")));
        Run("gram", "--net", Net, "--x", "graphs:rings", "--diagonal", "--out", "d.csv").Succeeded();
        Assert.Equal(12, File.ReadAllLines(Place("d.csv")).Length);
        Assert.Equal(12, Run("gram", "--net", Net, "--x", "graphs:rings", "--out", "-").Succeeded().Lines().Length);
        Run("fit", "--gram", "K.npy", "--y", "graphs:rings", "--classify", "--model", "m", "--ridge", "1e-6").Succeeded();
        Run("predict", "--model", "m", "--cross", "K.npy", "--y", "graphs:rings", "--out", "Y.npy").Succeeded();
    }

    [Fact]
    public void A_report_names_the_command_that_makes_it_again()
    {
        Run("graphs", "rings", "--quick", "--blocks", "1", "--mlp", "1,2", "--out", "report").Succeeded();
        Assert.Contains(
            "hntk graphs rings --quick --blocks 1 --mlp 1,2 --out report", File.ReadAllText(Place("report/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_of_finite_width_has_a_tangent_kernel_on_graphs()
    {
        string[] all = ["empirical", "--net", $"{Net} dense", "--width", "16", "--seed", "1", "--x", "graphs:rings"];
        var json = Run([.. all, "--out", "E.csv", "--json"]).Json();
        Assert.Equal(
            (12, 12, 2, (2 * 16) + (16 * 16) + 16),
            (json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32(),
                json.GetProperty("features").GetInt32(), json.GetProperty("parameters").GetInt32()));
        Run([.. all, "--x2", "graphs:rings", "--out", "C.csv"]).Succeeded();
        Assert.Equal(File.ReadAllText(Place("E.csv")), File.ReadAllText(Place("C.csv")));
        Run([.. all, "--seeds", "2", "--out", "M.npy", "--errors", "SE.npy"]).Succeeded();
        Fails(2, [.. all, "--out", "F.npy", "--x2", "x.csv"], "--x2 graphs:FOLDER");
        Fails(2, ["empirical", "--net", "dense relu dense", "--width", "4", "--seed", "1", "--x", "graphs:rings", "--out", "F.npy"], "reads no graphs");
        Assert.False(File.Exists(Place("F.npy")));
    }

    [Fact]
    public void What_does_not_go_with_graphs_is_refused()
    {
        string[] gram = ["gram", "--net", Net, "--x", "graphs:rings", "--out", "K.npy"];
        Put("net", Net);
        string[] own = ["gram", "--net", "@net", "--x", "graphs:rings", "--out", "net"];
        Fails(2, own, "the file that --net reads");
        Fails(2, [.. own, "--diagonal"], "the file that --net reads");
        Fails(2, [.. gram, "--x2", "graphs:rings"], "--x2 with rows, not with graphs");
        Fails(2, [.. gram, "--backend", "exact"], "--backend with rows, not with graphs");
        Fails(2, [.. gram, "--resume"], "--resume with rows, not with graphs");
        Fails(2, ["gram", "--net", "dense relu dense", "--x", "graphs:rings", "--out", "K.npy"], "reads no graphs");
        Fails(2, ["gram", "--net", Net, "--x", "graphs:none", "--out", "K.npy"], "none", "no such folder");
        Fails(2, ["fit", "--net", "dense relu dense", "--x", "graphs:rings", "--y", "graphs:rings", "--model", "m"], "a folder of graphs", "--gram");
        Put("rings/rings.txt", "1\n2 0\n0 1 5\n0 0\n");
        Fails(2, gram, "rings.txt", "a vertex of the graph, an integer from 0 to 1", "on line 3");
        Assert.False(File.Exists(Place("K.npy")));
    }

    [Fact]
    public void The_study_reports_both_choices_and_writes_its_files()
    {
        var text = Run("graphs", "rings", "--quick", "--out", "report").Succeeded();
        Assert.Contains("on the test folds", text.Output);
        Assert.All(text.Lines(), line => Assert.True(line.Length <= 80, line));
        Assert.True(File.Exists(Place("report/report.html")));
        Assert.True(File.Exists(Place("report/result.json")));
        Assert.True(File.Exists(Place("report/csv/choices.csv")));
        var json = Run("graphs", "rings", "--blocks", "1,2", "--mlp", "1", "--json").Json(
            "accuracy", "deviation", "accuracy_on_test", "deviation_on_test", "fold_accuracy", "fold_accuracy_on_test",
            "architecture", "network", "normalized", "c", "report", "seconds");
        Assert.Equal(100, json.GetProperty("accuracy").GetDouble());
        Assert.Equal(2, json.GetProperty("fold_accuracy").GetArrayLength());
        Assert.Equal("1 x 1 sum", json.GetProperty("architecture").GetString());
    }

    [Fact]
    public void A_wrong_folder_or_option_of_the_study_is_refused()
    {
        Fails(2, ["graphs"], "graphs");
        Fails(2, ["graphs", "none"], "none", "no such folder");
        Fails(2, ["graphs", "rings", "--blocks", "2,1"], "--blocks takes increasing whole numbers", "'2,1'");
        Fails(2, ["graphs", "rings", "--mlp", "0"], "--mlp takes increasing whole numbers", "'0'");
        Fails(2, ["graphs", "rings", "--quick", "--full"], "--quick does not go with --full");
        Put("rings/10fold_idx/train_idx-1.txt", "3\n7\n11\n");
        Fails(2, ["graphs", "rings"], "rings", "two training graphs or more", "fewer in fold 1");
        Directory.Delete(Place("rings/10fold_idx"), recursive: true);
        Fails(2, ["graphs", "rings"], "rings", "two folds");
    }

    private static string Lines(IEnumerable<int> numbers) => string.Concat(numbers.Select(i => $"{i}\n"));

    // A path of n vertices, or a cycle, of one tag.
    private static string Shape(int n, bool closed)
    {
        var vertices = Enumerable.Range(0, n).Select(p => new[] { p - 1, p + 1 }
            .Where(q => closed || (q >= 0 && q < n)).Select(q => (q + n) % n).ToArray());
        return $"{n} {(closed ? 1 : 0)}\n" + string.Concat(vertices.Select(own => $"0 {own.Length} {string.Join(' ', own)}\n"));
    }
}
