using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>fit --solver: the same regression by every solver, read by every predict.</summary>
public class SolverTests : CommandLine
{
    private static readonly string[] Keys = ["n", "outputs", "ridge", "loo_rmse", "log_marginal_likelihood", "seconds"];

    public SolverTests()
    {
        Put("x.npy", Samples(80, 4));
        Put("y.npy", Samples(80, 2, seed: 2));
        Put("new.npy", Samples(9, 4, seed: 3));
    }

    // At the ridge 1e-2 of the mean diagonal the condition is below 80/1e-2: a residual of 1e-12 is an error of 8e-9 of the
    // weights, and the sum over 80 samples of kernels and weights of size 10 one of 1e-5 at the very most; 1e-8 is seen.
    [Theory]
    [InlineData("eigen")]
    [InlineData("cg", "--rank", "0")]
    [InlineData("cg", "--rank", "10", "--storage", "f32")]
    [InlineData("cg", "--rank", "10", "--storage", "file")]
    [InlineData("cg", "--storage", "none")]
    [InlineData("falkon", "--centers", "80")]
    public void Every_solver_gives_the_same_predictions(string solver, params string[] options)
    {
        var expected = Predicted([]);
        string[] tight = solver == "eigen" ? [] : ["--tolerance", "1e-12"];
        var predicted = Predicted(["--solver", solver, .. tight, .. options]);
        Numbers.Near(expected, predicted, 1e-8);
    }

    [Fact]
    public void What_a_solver_knows_is_said_after_the_keys_of_every_fit()
    {
        Fit([]).Json([.. Keys, "features"]);
        var eigen = Fit(["--solver", "eigen"]).Json([.. Keys, "solver", "features"]);
        Assert.Equal("eigen", eigen.GetProperty("solver").GetString());
        Assert.Equal(Fit([]).Json().GetProperty("loo_rmse").GetDouble(), eigen.GetProperty("loo_rmse").GetDouble(), 1e-9);
        foreach (var solver in new[] { "cg", "falkon" })
        {
            var json = Fit(["--solver", solver, "--tolerance", "1e-9"]).Json([.. Keys, "solver", "iterations", "residual", "features"]);
            Assert.InRange(json.GetProperty("residual").GetDouble(), 0, 1e-9);
            Assert.InRange(json.GetProperty("iterations").GetInt32(), 1, 80);
            Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("loo_rmse").ValueKind);
            Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("log_marginal_likelihood").ValueKind);
        }

        var text = Run(Arguments(["--solver", "cg"])).Succeeded().Output;
        Assert.Matches(@"leave-one-out rmse +-\n", text);
        Assert.Matches(@"iterations +\d+\n", text);
    }

    [Fact]
    public void Deviations_come_from_all_samples_and_so_not_from_centers()
    {
        Fit([]);
        var expected = Deviations();
        foreach (var solver in new[] { "eigen", "cg" })
        {
            Fit(["--solver", solver]);
            Numbers.Near(expected, Deviations(), 1e-9);
        }

        Fit(["--solver", "falkon"]);
        Fails(2, ["predict", "--model", "m", "--x", "new.npy", "--out", "Z.npy", "--std"], "centers", "cholesky");
    }

    [Fact]
    public void A_singular_matrix_without_a_ridge_is_for_eigenvalues()
    {
        Put("twice.csv", "2\n2\n");
        Put("two.csv", "1\n2\n");
        string[] fit = ["fit", "--net", "dense", "--x", "twice.csv", "--y", "two.csv", "--ridge", "0", "--model", "t", "--json"];
        Fails(1, fit, "leading minor of order 2", "ridge");
        Fails(1, [.. fit, "--solver", "cg"], "residual", "raise the ridge");
        var json = Run([.. fit, "--solver", "eigen"]).Json();
        Assert.Equal(1, json.GetProperty("loo_rmse").GetDouble(), 1e-14);
        Run("predict", "--model", "t", "--x", "twice.csv", "--out", "P.npy", "--std").Succeeded();
        Assert.All(Read("P.npy").Values, value => Assert.Equal(1.5, value, 1e-13));
        Assert.All(Read("P.std.npy").Values, value => Assert.InRange(value, 0, 1e-7));
    }

    [Theory]
    [InlineData("--rank goes with --solver cg, not cholesky", "--rank", "5")]
    [InlineData("--centers goes with --solver falkon, not cg", "--solver", "cg", "--centers", "5")]
    [InlineData("--tolerance goes with --solver cg or falkon, not eigen", "--solver", "eigen", "--tolerance", "1e-3")]
    [InlineData("--storage goes with --solver cg, not falkon", "--solver", "falkon", "--storage", "f32")]
    [InlineData("--rank takes a whole number of at least 0, not '-1'", "--solver", "cg", "--rank", "-1")]
    [InlineData("--centers takes a whole number of at least 1, not '0'", "--solver", "falkon", "--centers", "0")]
    [InlineData("tolerance between 0 and 1", "--solver", "cg", "--tolerance", "0")]
    [InlineData("--storage takes auto or f64 or f32 or file or none, not 'disk'", "--solver", "cg", "--storage", "disk")]
    public void Options_that_do_not_go_together_are_refused(string part, params string[] options) => Fails(2, Arguments(options), part);

    [Fact]
    public void What_does_not_fit_into_memory_is_refused_before_anything_is_computed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no such shell.");
        Put("big.npy", Samples(9000, 1));

        // 400 MB are there; a matrix of 9000 x 9000 takes 648 MB, its upper triangle 324 MB in float64, 162 in float32.
        Outcome Limited(params string[] options) => Hntk.Shell(
            Folder, "DOTNET_GCHeapHardLimit=0x17D78400 \"$@\"",
            ["fit", "--net", "(dense relu)^300 dense", "--x", "big.npy", "--y", "big.npy", "--model", "b", .. options]);
        Unchanged(() => Limited().Failed(2, "9000 samples", "0.4 GB", "float32"));
        Unchanged(() => Limited("--solver", "eigen").Failed(2, "cg"));
        Unchanged(() => Limited("--solver", "cg", "--storage", "f64").Failed(2, "leave the storage"));
        Unchanged(() => Limited("--solver", "falkon").Failed(2, "falkon with", "or fewer"));
    }

    [Theory]
    [InlineData("dense(w=1.41421356) relu dense")]
    [InlineData("(dense(w=1.41421356) relu)^3 dense")]
    [InlineData("hadamard(dense(w=1.41421356) relu, dense(w=1.41421356) relu) dense")]
    public void Digits_are_told_apart_by_every_solver(string net)
    {
        var digits = TestData.Shared("digits.csv.gz");
        double Accuracy(params string[] options)
        {
            Run([
                "fit", "--net", net, "--x", $"{digits}[:1200,:-1]", "--y", $"{digits}[:1200,-1]", "--classify", "--center", "--unit",
                "--ridge", "1e-8", "--model", "m", .. options]).Succeeded();
            return Run(
                "predict", "--model", "m", "--x", $"{digits}[-597:,:-1]", "--y", $"{digits}[-597:,-1]", "--out", "Y.npy", "--json")
                .Json().GetProperty("accuracy").GetDouble();
        }

        var expected = Accuracy();
        foreach (var solver in new[] { "eigen", "cg", "falkon" })
        {
            Assert.Equal(expected, Accuracy("--solver", solver), 0.3);
        }
    }

    private string[] Arguments(string[] options) =>
        ["fit", "--net", Relu, "--x", "x.npy", "--y", "y.npy", "--ridge-relative", "1e-2", "--model", "m", .. options];

    private Outcome Fit(string[] options) => Run([.. Arguments(options), "--json"]).Succeeded();

    private double[] Predicted(string[] options)
    {
        Fit(options);
        Run("predict", "--model", "m", "--x", "new.npy", "--out", "P.npy").Succeeded();
        return Read("P.npy").Values;
    }

    private double[] Deviations()
    {
        Run("predict", "--model", "m", "--x", "new.npy", "--out", "P.npy", "--std").Succeeded();
        return Read("P.std.npy").Values;
    }
}
