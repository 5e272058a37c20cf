using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

public class StudyTests
{
    private static readonly SpectralBiasOptions SmallBias = new()
    {
        Samples = 60,
        Dimension = 5,
        Degrees = [1, 2, 4],
        Steps = 300,
        CurveSamples = [20, 40],
        Trials = 2,
        Networks = [StudyNetwork.Parse("MLP", "dense(w=1.41421356) relu dense"), StudyNetwork.Parse("PNN 2", "hadamard(dense relu, dense relu) dense")],
    };

    private static readonly ExtrapolationOptions SmallRays = new() { Samples = 20, CurveSamples = 31, Dimension = 3, Rays = 3 };

    [Fact]
    public void A_study_depends_on_its_options_and_its_seed_alone()
    {
        string Text(StudyResult result)
        {
            using var writer = new StringWriter();
            StudyText.Write(result, writer);
            return writer.ToString();
        }

        Assert.Equal(Text(ExtrapolationStudy.Run(SmallRays)), Text(ExtrapolationStudy.Run(SmallRays)));
        Assert.NotEqual(Text(ExtrapolationStudy.Run(SmallRays)), Text(ExtrapolationStudy.Run(SmallRays with { Seed = 2 })));
        Assert.Equal(Text(SpectralBiasStudy.Run(SmallBias)), Text(SpectralBiasStudy.Run(SmallBias)));
        Assert.NotEqual(Text(SpectralBiasStudy.Run(SmallBias)), Text(SpectralBiasStudy.Run(SmallBias with { Seed = 2 })));
    }

    [Fact]
    public void Names_that_are_one_in_files_are_refused_before_the_work()
    {
        StudyNetwork Named(string name) => StudyNetwork.Parse(name, "dense relu dense");
        var failure = Assert.Throws<ArgumentException>(
            () => SpectralBiasStudy.Run(SmallBias with { Networks = [Named("PNN 3"), Named("pnn-3")] }));
        Assert.Contains("networks of different names, also in files", failure.Message);
        Assert.Contains("came pnn-3 twice", failure.Message);
    }

    [Fact]
    public void The_gap_is_the_median_which_of_two_points_is_their_mean()
    {
        var curve = new Curve("c", "a line", x => x, 1, 2);
        var run = new FiniteCurveRun("n", curve, 8, 0, [0, -2, 2], [0, 1, 3], [0, 10, 10]);
        Assert.Equal(0.8, run.Gap, 1e-15);
    }

    [Fact]
    public void Residuals_are_predicted_by_the_eigendecomposition_and_known_by_the_first_step()
    {
        var result = SpectralBiasStudy.Run(SmallBias);
        foreach (var chart in result.Charts.Where(chart => chart.Name.StartsWith("residuals-", StringComparison.Ordinal)))
        {
            Assert.Equal(6, chart.Series.Count);
            foreach (var (simulated, predicted) in chart.Series.Zip(chart.Series.Skip(1)).Where((_, i) => i % 2 == 0))
            {
                Assert.Equal(simulated.Y.Count, predicted.Y.Count);
                Assert.All(simulated.Y.Zip(predicted.Y), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
                Assert.Equal(1, simulated.Y[0]);
            }
        }

        // Theory and experiment are of one size even on the smallest sets.
        var errors = result.Tables.Single(table => table.Name == "learning-curve-errors");
        Assert.Equal(8, errors.Rows.Count);
        Assert.All(errors.Rows, row => Assert.InRange((double)row[6]!, 0.5, 2));
    }

    // Theory and experiment of an independent program, at ridge 1e-3 and noise variance .01, on S^9.
    private static readonly (int Factors, int Degree, int Samples, double Theory, double Experiment)[] Independent =
    [
        (1, 1, 200, .0042, .0043), (1, 1, 800, .0021, .0020), (1, 2, 200, .0230, .0275), (1, 2, 800, .0027, .0027),
        (3, 1, 200, .0374, .0380), (3, 1, 800, .0057, .0058), (3, 2, 200, .182, .197), (3, 2, 800, .0128, .0133),
    ];

    [Fact]
    public void The_eigenframework_has_the_values_of_an_independent_program_and_its_experiments()
    {
        var result = SpectralBiasStudy.Run(SmallBias with { Dimension = 10, Degrees = [1, 3], Samples = 40, Steps = 10, CurveSamples = [200, 800], Trials = 8 });
        var rows = result.Tables.Single(table => table.Name == "learning-curve-errors").Rows;
        foreach (var (factors, degree, samples, theory, experiment) in Independent)
        {
            var row = rows.Single(r => (int)r[0]! == factors && (int)r[1]! == degree && (int)r[2]! == samples);
            var (predicted, measured, error) = ((double)row[3]!, (double)row[4]!, (double)row[5]!);
            // The other program leaves the highest degrees out, and its numbers have two digits.
            Assert.Equal(theory, predicted, 0.06 * theory);
            // Ten percent of theory, and three standard errors of this experiment.
            Assert.Equal(predicted, measured, 0.1 * predicted + 3 * error);
            Assert.Equal(experiment, measured, 0.15 * experiment + 3 * error);
            Assert.InRange(error, 0, 0.15 * measured);
        }
    }

    [Fact]
    public void Claims_that_are_theorems_are_found()
    {
        var claims = ExtrapolationStudy.Run(SmallRays).Claims;
        foreach (var word in new[] { "t^N", "is linear along", "is a polynomial of degree 3", "far out only", "exactly from", "with three hidden" })
        {
            Assert.Equal(ClaimVerdict.Found, claims.Single(claim => claim.Statement.Contains(word, StringComparison.Ordinal)).Verdict);
        }

        var bias = SpectralBiasStudy.Run(SmallBias with { Degrees = [1, 3, 5] }).Claims;
        foreach (var word in new[] { "no odd degree", "eigendecomposition", "N/(N+1)" })
        {
            Assert.Equal(ClaimVerdict.Found, bias.Single(claim => claim.Statement.Contains(word, StringComparison.Ordinal)).Verdict);
        }
    }

    [Fact]
    public void A_claim_that_is_false_is_not_found()
    {
        // Of two plain networks the second one sees no odd degree either.
        var twice = SmallBias with { Degrees = [1, 3], Networks = [SmallBias.Networks[0], SmallBias.Networks[0] with { Name = "again" }] };
        Assert.Equal(ClaimVerdict.NotFound, SpectralBiasStudy.Run(twice).Claims[0].Verdict);
    }

    [Fact]
    public void A_claim_that_nothing_tests_is_reported()
    {
        var even = SpectralBiasStudy.Run(SmallBias with { Degrees = [2] }).Claims;
        Assert.Equal([ClaimVerdict.Reported, ClaimVerdict.Reported], even.Take(2).Select(claim => claim.Verdict));
        Assert.Contains("no such degree", even[0].Measured);
    }

    [Fact]
    public void A_kernel_of_few_functions_has_no_law_of_decay_and_one_of_none_is_refused()
    {
        StudyNetwork linear = StudyNetwork.Parse("linear", "dense dense"), none = StudyNetwork.Parse("none", "constant");
        var gram = SpectralBiasStudy.Run(SmallBias with { Networks = [linear] }).Charts.Single(chart => chart.Name == "gram");
        Assert.Equal(["linear"], gram.Series.Select(series => series.Name));
        var refusal = Assert.Throws<ArgumentException>(() => SpectralBiasStudy.Run(SmallBias with { Networks = [none] }));
        Assert.Contains("not 0 at all samples", refusal.Message);
    }

    [Fact]
    public void Progress_ends_at_1_and_cancellation_ends_a_study()
    {
        List<double> parts = [];
        ExtrapolationStudy.Run(SmallRays, new Recorder(parts));
        Assert.Equal(1, parts[^1]);
        Assert.Equal(parts.Order(), parts);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => SpectralBiasStudy.Run(SmallBias, null, stopped.Token));
    }

    [Fact]
    public void Options_that_make_no_experiment_are_refused()
    {
        void Refused(string expected, Action run) => Assert.Contains(expected, Assert.Throws<ArgumentException>(run).Message);
        Refused("at least 20 samples", () => SpectralBiasStudy.Run(SmallBias with { Samples = 3 }));
        Refused("at least 3 dimensions", () => SpectralBiasStudy.Run(SmallBias with { Dimension = 2 }));
        Refused("increasing degrees", () => SpectralBiasStudy.Run(SmallBias with { Degrees = [2, 1] }));
        Refused("at least 10 steps", () => SpectralBiasStudy.Run(SmallBias with { Steps = 1 }));
        Refused("at least 2 trials", () => SpectralBiasStudy.Run(SmallBias with { Trials = 1 }));
        Refused("different names", () => SpectralBiasStudy.Run(SmallBias with { Networks = [SmallBias.Networks[0], SmallBias.Networks[0]] }));
        Refused("positive bias", () => ExtrapolationStudy.Run(SmallRays with { Bias = 0 }));
        Refused("at least 10 samples", () => ExtrapolationStudy.Run(SmallRays with { Samples = 9 }));
        Refused("at least one ray", () => ExtrapolationStudy.Run(SmallRays with { Rays = 0 }));
    }

    [Fact]
    public void Rays_of_a_polynomial_have_its_degree()
    {
        var directions = RayGrowth.RandomDirections(7, 3, 1);
        Assert.All(Enumerable.Range(0, 7), i => Assert.Equal(1, directions.Row(i).ToArray().Sum(v => v * v), 1e-14));
        double[] times = [.. Enumerable.Range(2, 20)];
        // x_1^3 + 2 along a ray is a cubic with a constant term; the second output is homogeneous.
        var growth = RayGrowth.Of(
            x => Matrix.Wrap([.. Enumerable.Range(0, x.Rows).SelectMany(i => new[] { Math.Pow(x[i, 0], 3) + 2, x[i, 1] * x[i, 2] })], x.Rows, 2),
            directions, times);
        Assert.Equal((14, 20), (growth.Values.Rows, growth.Values.Columns));
        Assert.Equal(Math.Pow(times[4] * directions[2, 0], 3) + 2, growth.Values[4, 4], 1e-10);
        Assert.Equal(3, growth.Degree());
        Assert.True(growth.Residual(0, 3) < 1e-13 && growth.Residual(0, 2) > 1e-3 && growth.Residual(1, 3) > 1e-6);
        var square = RayGrowth.Of(x => Matrix.Wrap([.. Enumerable.Range(0, x.Rows).Select(i => x[i, 0] * x[i, 1])], x.Rows, 1), directions, times);
        Assert.True(square.Homogeneity(2) < 1e-13 && square.Homogeneity(1) > 1);
        Assert.Equal(2, square.Exponent, 1e-12);
        Assert.Equal(2, square.Degree());
        Assert.Null(RayGrowth.Of(x => Matrix.Wrap([.. Enumerable.Range(0, x.Rows).Select(i => Math.Sin(9 * x[i, 0]))], x.Rows, 1), directions, times).Degree());
        Assert.Throws<ArgumentException>(() => RayGrowth.Of(x => x, directions, [2, 1]));
        Assert.Throws<ArithmeticException>(() => RayGrowth.Of(x => Matrix.Wrap([.. Enumerable.Repeat(double.NaN, x.Rows)], x.Rows, 1), directions, times));
    }

    private sealed class Recorder(List<double> parts) : IProgress<double>
    {
        public void Report(double value) => parts.Add(value);
    }
}
