using Xunit;

namespace HadamardNtk.Cli.Tests;

public class UciTests : CommandLine
{
    private const string Description = "n_entradas= 2\nn_clases= 2\nn_arquivos= 1\nfich1= two_R.dat\nn_patrons1= 8\n";

    public UciTests()
    {
        Directory.CreateDirectory(Place("two"));
        Put("two/two.txt", Description);
        Put("two/two_R.dat", "\tf1\tf2\tclase\n1\t1\t.5\t0\n2\t2\t1\t0\n3\t1.5\t-1\t0\n4\t1\t0\t0\n5\t-1\t.5\t1\n6\t-2\t1\t1\n7\t-1.5\t-1\t1\n8\t-1\t0\t1\n");
        Put("two/conxuntos.dat", "0 1 4 5 \n2 3 6 7 \n");
        Put("two/conxuntos_kfold.dat", "0 1 2 4 5 6 \n3 7 \n3 1 2 7 5 6 \n0 4 \n");
    }

    /// <summary>Both classes lie on either side of a line through 0: the first of all candidates is right everywhere.</summary>
    [Theory]
    [InlineData("c", 0.01)]
    [InlineData("c", 0.01, "--classifier", "svm")]
    [InlineData("ridge", 1e-6, "--classifier", "ridge", "--threads", "1")]
    public void The_first_of_the_best_is_reported_with_its_accuracies(string key, double amount, params string[] options)
    {
        var json = Run(["uci", "two", "--json", .. options]).Json("accuracy", "validation", "depth", "fixed", key, "fold_accuracy");
        Assert.Equal((100, 100), (json.GetProperty("accuracy").GetDouble(), json.GetProperty("validation").GetDouble()));
        Assert.Equal((1, 0), (json.GetProperty("depth").GetInt32(), json.GetProperty("fixed").GetInt32()));
        Assert.Equal(amount, json.GetProperty(key).GetDouble());
    }

    [Fact]
    public void Without_json_the_same_stands_in_lines() =>
        Assert.Equal(
            [
                "accuracy             100 %", "validation accuracy  100 %", "depth                1", "fixed layers         0",
                "C                    0.01",
            ],
            Run("uci", "two").Succeeded().Lines());

    [Fact]
    public void Networks_that_are_given_run_the_protocol_in_the_place_of_its_own()
    {
        string[] both = ["uci", "two", "--net", "constant", "--net", "hadamard(dense, dense relu) dense"];
        var json = Run([.. both, "--json"]).Json("accuracy", "validation", "network", "c", "fold_accuracy");
        Assert.Equal("hadamard(dense, dense relu) dense", json.GetProperty("network").GetString());
        Assert.Equal(100, json.GetProperty("accuracy").GetDouble());
        Assert.Equal(2, json.GetProperty("fold_accuracy").GetArrayLength());
        Assert.Contains(
            "network              hadamard(dense, dense relu) dense", Run([.. both, "--kernel", "nngp"]).Succeeded().Lines());
        Fails(2, ["uci", "two", "--kernel", "nngp"], "--kernel goes with --net");
        Fails(2, ["uci", "two", "--net", "relu"], "relu");
    }

    [Theory]
    [InlineData(97.30)]
    [InlineData(87.16, "--classifier", "ridge")]
    public void Iris_is_classified_as_an_independent_program_does(double accuracy, params string[] options)
    {
        var folder = Path.GetDirectoryName(TestData.Shared("uci/iris/iris.txt"))!;
        Assert.Equal(accuracy, Run(["uci", folder, "--json", .. options]).Json().GetProperty("accuracy").GetDouble(), 0.005);
    }

    [Fact]
    public void A_wrong_folder_is_refused()
    {
        Fails(2, ["uci", "three"], "three", "no such folder");
        Fails(2, ["uci", "two/two.txt"], "two.txt", "a folder", "a file");
        Fails(2, ["uci"], "uci");
        Fails(2, ["uci", "two", "two"], "two");
        Fails(2, ["uci", "two", "--classifier", "tree"], "--classifier takes svm or ridge, not 'tree'");
        Fails(2, ["uci", "two", "--threads", "0"], "--threads");
    }

    [Fact]
    public void A_wrong_file_in_it_is_refused_with_the_place()
    {
        Put("two/conxuntos.dat", "0 1 4 5 \n2 3 6 8 \n");
        Fails(2, ["uci", "two"], "conxuntos.dat", "\"8\" in line 2, field 4");
        File.Delete(Place("two/conxuntos_kfold.dat"));
        Put("two/conxuntos.dat", "0 1 4 5 \n2 3 6 7 \n");
        Fails(2, ["uci", "two"], "conxuntos_kfold.dat", "no such file");
        Put("two/two.txt", Description.Replace("n_entradas= 2", "n_entradas= 3"));
        Fails(2, ["uci", "two"], "two_R.dat", "5 fields", "4 in line 2");
    }

    [Fact]
    public void Rows_of_zeros_have_no_regression()
    {
        Put("two/two_R.dat", "f1 f2 clase\n" + string.Concat(Enumerable.Range(0, 8).Select(i => $"{i + 1} 0 0 {i / 4}\n")));
        Fails(1, ["uci", "two", "--classifier", "ridge"], "not positive definite");
        Assert.Equal(50, Run("uci", "two", "--json").Json().GetProperty("accuracy").GetDouble());
    }
}
