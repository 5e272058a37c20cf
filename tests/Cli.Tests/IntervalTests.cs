using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>X = (2,0), (2,2) and the linear network: K = ((2,2),(2,4)), (K + I)^-1 = ((5,-2),(-2,3))/11, all by hand.</summary>
public class IntervalTests : CommandLine
{
    // The normal quantile at 0.975.
    private const double Quantile = 1.959963984540054;

    public IntervalTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "11\n12\n");
        Put("new.csv", "1,0\n");
    }

    [Fact]
    public void A_centered_fit_with_its_own_scale_gives_what_a_hand_computes()
    {
        // Centered targets (-1,1)/2: weights (-7,5)/22, s^2 = (7 + 5)/44/2 = 3/22.
        var json = Fit("m", "--center-y", "--scale", "auto", "--json").Json();
        Assert.Equal(11.5, json.GetProperty("target_mean").GetDouble());
        Assert.Equal(Math.Sqrt(3 / 22.0), json.GetProperty("scale").GetDouble(), 1e-14);

        // k = (1,1), k(x,x) = 1/2: the mean is 11.5 - 1/11, the variance s^2 (1/2 - 4/11), with the noise s^2 (3/2 - 4/11).
        Put("true.csv", "11\n");
        var scores = Run("predict", "--model", "m", "--x", "new.csv", "--y", "true.csv", "--out", "Y.npy", "--interval", "95", "--std", "--json")
            .Json("rows", "outputs", "rmse", "r2", "log_density", "coverage", "seconds", "features");
        var (mean, latent, whole) = (11.5 - 1 / 11.0, 3 / 22.0 * (0.5 - 4 / 11.0), 3 / 22.0 * (1.5 - 4 / 11.0));
        Near("Y.npy", mean);
        Near("Y.std.npy", Math.Sqrt(latent));
        Near("Y.lower.npy", mean - Quantile * Math.Sqrt(whole));
        Near("Y.upper.npy", mean + Quantile * Math.Sqrt(whole));
        Assert.Equal(100, scores.GetProperty("coverage").GetDouble());
        var density = -0.5 * Math.Pow(11 - mean, 2) / whole - 0.5 * Math.Log(2 * Math.PI * whole);
        Assert.Equal(density, scores.GetProperty("log_density").GetDouble(), 1e-12);

        // One true target is equal to its own mean.
        Assert.Equal(System.Text.Json.JsonValueKind.Null, scores.GetProperty("r2").ValueKind);
        Run("predict", "--model", "m", "--x", "new.csv", "--out", "Y.csv", "--interval", "95", "--noise", "excluded").Succeeded();
        var lower = double.Parse(File.ReadAllText(Place("Y.lower.csv")), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(mean - Quantile * Math.Sqrt(latent), lower, 1e-12);
        Assert.Equal(["Y.csv", "Y.lower.csv", "Y.upper.csv"], Names().Where(n => n.StartsWith("Y.") && n.EndsWith(".csv")));
    }

    [Fact]
    public void Several_outputs_have_scales_of_their_own_and_deviations_in_columns()
    {
        Put("y2.csv", "11,110\n12,120\n");
        var json = FitOn("y2.csv", "m", "--center-y", "--scale", "auto", "--json").Json();
        Assert.Equal([11.5, 115], json.GetProperty("target_mean").EnumerateArray().Select(v => v.GetDouble()));
        Run("predict", "--model", "m", "--x", "x.csv", "--y", "y2.csv", "--out", "Y.npy", "--interval", "90", "--std").Succeeded();
        var (deviation, lower, upper) = (Read("Y.std.npy"), Read("Y.lower.npy"), Read("Y.upper.npy"));
        Assert.Equal([2, 2], deviation.Shape);
        Assert.Equal([2, 2], lower.Shape);
        Assert.Equal(10 * deviation.Values[0], deviation.Values[1], 1e-12);
        Assert.Equal(10 * (upper.Values[2] - lower.Values[2]), upper.Values[3] - lower.Values[3], 1e-12);

        // With the unit scale one column serves all outputs, as before.
        FitOn("y2.csv", "u").Succeeded();
        Run("predict", "--model", "u", "--x", "x.csv", "--out", "Y.npy", "--std").Succeeded();
        Assert.Equal([2], Read("Y.std.npy").Shape);
    }

    [Fact]
    public void Rounding_that_decides_a_variance_is_said()
    {
        Fit("m", "--ridge", "0");
        var json = Run("predict", "--model", "m", "--x", "x.csv", "--y", "y.csv", "--out", "Y.npy", "--std", "--json").Json();
        Assert.Contains("rounding decides", json.GetProperty("notes")[0].GetString());
        Assert.All(Read("Y.std.npy").Values, deviation => Assert.True(deviation >= 0));
        Assert.Equal(1, json.GetProperty("r2").GetDouble(), 1e-12);
        Fit("n", "--scale", "auto");
        Assert.False(Run("predict", "--model", "n", "--x", "x.csv", "--out", "Y.npy", "--std", "--json").Json().TryGetProperty("notes", out _));
    }

    [Theory]
    [InlineData("--interval 0.95", "percent from 1")]
    [InlineData("--interval 100", "below 100")]
    [InlineData("--interval 0", "'0'")]
    [InlineData("--interval many", "'many'")]
    [InlineData("--interval 95 --noise some", "included or excluded")]
    [InlineData("--noise excluded", "--interval")]
    [InlineData("--seed 3", "--samples")]
    [InlineData("--samples 0", "at least 1")]
    [InlineData("--samples 2 --seed -1", "'-1'")]
    [InlineData("--samples 2147483647", "at most 2147483591")]
    [InlineData("--probabilities", "--classify")]
    public void Other_choices_are_refused(string options, string said)
    {
        Fit("m").Succeeded();
        Fails(2, ["predict", "--model", "m", "--x", "new.csv", "--out", "Y.npy", .. options.Split(' ')], said);
    }

    [Fact]
    public void Samples_are_a_file_of_three_axes_that_a_seed_repeats()
    {
        Put("y2.csv", "11,110\n12,120\n");
        FitOn("y2.csv", "m", "--center-y", "--scale", "auto").Succeeded();
        double[] Drawn(string line) { Run([.. line.Split(' ')]).Succeeded(); return Read("Y.samples.npy").Values; }
        var some = Drawn("predict --model m --x x.csv --out Y.csv --samples 3 --seed 1");
        Assert.Equal([3, 2, 2], Read("Y.samples.npy").Shape);

        // The first ones do not depend on their number, and the seed is 0 unless given.
        Assert.Equal(some[..4], Drawn("predict --model m --x x.csv --out Y.npy --samples 1 --seed 1"));
        Assert.Equal(Drawn("predict --model m --x x.csv --out Y.npy --samples 3"), Drawn("predict --model m --x x.csv --out Y.npy --samples 3 --seed 0"));
        Assert.NotEqual(some, Read("Y.samples.npy").Values);

        // Like intervals they are of new targets unless asked otherwise: those have 1 + r/v times the variance.
        Assert.Equal(some, Drawn("predict --model m --x x.csv --out Y.npy --samples 3 --seed 1 --noise included"));
        Assert.NotEqual(some, Drawn("predict --model m --x x.csv --out Y.npy --samples 3 --seed 1 --noise excluded"));
        Fails(2, "predict --model m --x Y.samples.npy --out Y.csv --samples 2".Split(' '), "--x");
        Fails(2, "predict --model m --x x.csv --out - --samples 2".Split(' '), "--samples");
        FitOn("y.csv", "c", "--classify").Succeeded();
        Fails(2, "predict --model c --x x.csv --out Y.csv --samples 2".Split(' '), "classifier");
    }

    [Fact]
    public void What_has_no_interval_is_refused_and_no_input_is_lost()
    {
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "f", "--solver", "falkon", "--scale", "auto"], "falkon", "unit scale");
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "f", "--scale", "own"], "unit or auto");
        FitOn("y.csv", "c", "--classify").Succeeded();
        Fails(2, ["predict", "--model", "c", "--x", "new.csv", "--out", "Y.npy", "--interval", "95"], "classifier");
        Fit("m").Succeeded();
        File.Copy(Place("new.csv"), Place("Y.upper.csv"));
        Fails(2, ["predict", "--model", "m", "--x", "Y.upper.csv", "--out", "Y.csv", "--interval", "95"], "--x");
    }

    [Fact]
    public void A_95_percent_interval_holds_most_of_the_diabetes_targets()
    {
        // Rows of features and target, as scikit-learn has them:
        // numpy.savetxt("diabetes.csv", numpy.column_stack([*load_diabetes(return_X_y=True)]), delimiter=",", fmt="%.17g").
        var data = TestData.Shared("diabetes.csv");
        double Coverage(params string[] options)
        {
            Run(["fit", "--net", "(dense(w=1.41421356) relu)^2 dense", "--x", $"{data}[:400,:-1]", "--y", $"{data}[:400,-1]", "--ridge", "0.01", "--model", "m", .. options]).Succeeded();
            return Run("predict", "--model", "m", "--x", $"{data}[400:,:-1]", "--y", $"{data}[400:,-1]", "--out", "Y.npy", "--interval", "95", "--json").Json().GetProperty("coverage").GetDouble();
        }

        // 41 of 42, as scikit-learn's process with this kernel and scale; at the kernel's own scale none.
        Assert.Equal(100 * 41 / 42.0, Coverage("--center-y", "--scale", "auto"), 1e-9);
        Assert.Equal(0, Coverage());
    }

    private Outcome Fit(string model, params string[] options) => FitOn("y.csv", model, options);

    private Outcome FitOn(string y, string model, params string[] options)
    {
        string[] ridge = options.Contains("--ridge") ? [] : ["--ridge", "1"];
        return Run(["fit", "--net", "dense", "--x", "x.csv", "--y", y, "--model", model, .. ridge, .. options]);
    }

    private void Near(string name, double expected)
    {
        var array = Read(name);
        Assert.Equal(expected, Assert.Single(array.Values), 1e-12);
    }
}
