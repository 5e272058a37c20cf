using System.Globalization;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>fit chooses the ridge, hyper-parameters and one of several networks.</summary>
public class SelectionTests : CommandLine
{
    private const string Deep = "(dense(w=1.4,b=0.3) relu)^2 dense";

    public SelectionTests()
    {
        // The last number is noise that no function of the others follows.
        var rows = Enumerable.Range(0, 30)
            .Select(i => (A: Math.Sin(3 * i), B: Math.Cos(5 * i + 1), Noise: 2 * ((i * 7919 % 31 / 31.0) - 0.5)))
            .ToArray();
        string Lines(Func<(double A, double B, double Noise), double> f) =>
            string.Concat(rows.Select(row => f(row).ToString("R", CultureInfo.InvariantCulture) + "\n"));
        Put("x.csv", string.Concat(rows.Select(row => FormattableString.Invariant($"{row.A:R},{row.B:R}\n"))));
        Put("y.csv", Lines(row => (row.A * row.B) + row.Noise + 3));
        Put("label.csv", string.Concat(rows.Select(row => row.A * row.B > 0 ? "same\n" : "other\n")));
    }

    private string[] Fit(params string[] more) =>
        ["fit", "--x", "x.csv", "--y", "y.csv", "--center-y", "--model", "m", .. more];

    [Theory]
    [InlineData("evidence", "log_marginal_likelihood", 1)]
    [InlineData("loo", "loo_rmse", -1)]
    public void A_ridge_that_is_chosen_is_better_than_its_neighbors(string by, string key, int sign)
    {
        var chosen = Run(Fit("--net", Deep, "--ridge", "auto", "--select", by, "--json")).Json();
        var (ridge, score) = (chosen.GetProperty("ridge").GetDouble(), chosen.GetProperty(key).GetDouble());
        Assert.Equal("eigen", chosen.GetProperty("solver").GetString());
        foreach (var factor in new[] { 0.5, 2 })
        {
            var other = (ridge * factor).ToString("R", CultureInfo.InvariantCulture);
            var near = Run(Fit("--net", Deep, "--ridge", other, "--json")).Json().GetProperty(key).GetDouble();
            Assert.True(sign * score > sign * near);
        }
    }

    [Fact]
    public void The_best_of_several_networks_is_fitted_and_all_are_told()
    {
        var json = Run(Fit("--net", "dense(b=1)", "--net", Deep, "--ridge", "auto", "--folds", "5", "--json")).Json();
        Assert.Equal(Deep, json.GetProperty("network").GetString());
        Assert.Equal("folds", json.GetProperty("select").GetString());
        var tried = json.GetProperty("candidates").EnumerateArray().ToArray();
        Assert.Equal(["dense(b=1)", Deep], tried.Select(one => one.GetProperty("network").GetString()));
        Assert.Equal(json.GetProperty("cv_rmse").GetDouble(), tried[1].GetProperty("cv_rmse").GetDouble());
        Assert.True(tried[1].GetProperty("cv_rmse").GetDouble() < tried[0].GetProperty("cv_rmse").GetDouble());
        Assert.Equal(5, json.GetProperty("fold_rmse").GetArrayLength());
        Assert.Equal(
            ["dense(b=1)", Deep],
            json.GetProperty("arguments").GetProperty("net").EnumerateArray().Select(net => net.GetString()));
        var text = Run(Fit("--net", "dense(b=1)", "--net", Deep, "--ridge", "auto", "--folds", "5")).Succeeded().Output;
        Assert.Contains("cv rmse 1", text, StringComparison.Ordinal);
        Assert.Contains($"  {Deep}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_texts_are_compared_too()
    {
        string[] compare = ["compare", "--net", Deep, "--net", "dense", "--x", "x.csv", "--y", "label.csv"];
        var json = Run([.. compare, "--classify", "--folds", "3", "--format", "json"]).Json();
        Assert.Equal("accuracy", json.GetProperty("metric").GetString());
        Assert.Equal(2, json.GetProperty("kernels").GetArrayLength());
    }

    [Fact]
    public void A_network_of_several_that_fails_is_named()
    {
        Put("twice.csv", "1,0\n1,0\n0,1\n");
        Put("three.csv", "1\n2\n3\n");
        Fails(1, ["fit", "--net", Deep, "--net", "dense", "--x", "twice.csv", "--y", "three.csv", "--ridge", "0", "--model", "m"],
            $"{Deep}: K + r I is not positive definite");
    }

    [Fact]
    public void Labels_are_cross_validated_by_their_accuracy_too()
    {
        var json = Run(
            "fit", "--net", Deep, "--x", "x.csv", "--y", "label.csv", "--classify", "--ridge", "0.01", "--folds", "3",
            "--model", "m", "--json").Json();
        Assert.InRange(json.GetProperty("cv_accuracy").GetDouble(), 60, 100);
        var folds = json.GetProperty("fold_accuracy").EnumerateArray().Select(fold => fold.GetDouble()).ToArray();
        Assert.Equal(3, folds.Length);
        Assert.Equal(json.GetProperty("cv_accuracy").GetDouble(), folds.Average(), 1e-9);
    }

    [Fact]
    public void Parameters_are_tuned_with_the_ridge_or_at_a_given_one()
    {
        string[] tune = ["--net", Deep, "--scale", "auto", "--tune", "w,b@1", "--json"];
        var both = Run(Fit([.. tune, "--ridge", "auto", "--restarts", "1", "--seed", "4"])).Json();
        var fixedRidge = Run(Fit([.. tune, "--ridge", "0.1"])).Json();
        Assert.Equal(0.1, fixedRidge.GetProperty("ridge").GetDouble());
        foreach (var (tuned, ridge) in new[] { (both, "auto"), (fixedRidge, "0.1") })
        {
            var plain = Run(Fit("--net", Deep, "--scale", "auto", "--ridge", ridge, "--json")).Json();
            Assert.True(
                tuned.GetProperty("log_marginal_likelihood").GetDouble()
                > plain.GetProperty("log_marginal_likelihood").GetDouble());
        }

        Assert.Equal(2, both.GetProperty("tuned").GetArrayLength());
        Assert.StartsWith("b@1=", both.GetProperty("tuned")[1].GetString(), StringComparison.Ordinal);
        Assert.NotEqual(Deep, both.GetProperty("network").GetString());
        Run(Fit([.. tune, "--ridge", "auto"])).Succeeded();
        Run("predict", "--model", "m", "--x", "x.csv", "--out", "P.npy").Succeeded();
    }

    [Theory]
    [InlineData("--ridge auto --ridge-relative 0.1", "--ridge or --ridge-relative, not both")]
    [InlineData("--ridge many", "--ridge takes a finite number of at least 0, or auto, not 'many'")]
    [InlineData("--ridge auto --solver cg", "Expected the solver eigen or cholesky for a ridge that is chosen")]
    [InlineData("--select loo", "--select goes with --ridge auto, --tune, --folds or several --net")]
    [InlineData("--restarts 2", "--restarts goes with --tune")]
    [InlineData("--seed 2", "--seed goes with --tune or --folds")]
    [InlineData("--ridge auto --folds 5 --select loo", "--folds goes with --select folds, not loo")]
    [InlineData("--folds 1", "--folds")]
    [InlineData("--folds 31", "30 samples and 31 folds")]
    [InlineData("--tune v", "Expected a parameter of the network: w, b")]
    [InlineData("--tune w,w@1", "w, w@1 share one")]
    [InlineData("--net dense --solver cg", "--select evidence needs --solver cholesky or eigen")]
    public void What_does_not_go_together_is_refused(string options, string message) =>
        Fails(2, Fit(["--net", Deep, .. options.Split(' ')]), message);

    [Fact]
    public void The_ridge_of_a_given_matrix_is_chosen_and_its_network_is_not()
    {
        Run("gram", "--net", Deep, "--x", "x.csv", "--out", "K.npy").Succeeded();
        string[] given = ["fit", "--gram", "K.npy", "--y", "y.csv", "--center-y", "--model", "g"];
        var json = Run([.. given, "--ridge", "auto", "--select", "loo", "--json"]).Json();
        var same = Run(Fit("--net", Deep, "--ridge", "auto", "--select", "loo", "--json")).Json();
        Assert.Equal(
            same.GetProperty("ridge").GetDouble(), json.GetProperty("ridge").GetDouble(),
            1e-9 * same.GetProperty("ridge").GetDouble());
        Run([.. given, "--ridge", "auto", "--folds", "3"]).Succeeded();
        Fails(2, [.. given, "--tune", "w"], "--tune does not go with --gram");
        Fails(2, [.. given, "--folds", "5"], "--folds goes with --net");
    }
}
