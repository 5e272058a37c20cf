using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

public class BottleneckStudyTests
{
    private static readonly BottleneckStudyOptions Small = new()
    {
        Samples = 12,
        TestSamples = 10,
        Widths = [1, 2, 32],
        LabelScales = [1, 10],
        LargestErfScale = 10,
        Depths = [1, 2],
        Starts = 2,
        Part = 0.1,
        Steps = 80,
        HeadWidth = 64,
        LinearStarts = 1,
    };

    private static readonly Lazy<StudyResult> Result = new(() => BottleneckStudy.Run(Small));

    [Fact]
    public void It_depends_on_its_options_and_its_seed_alone()
    {
        static string Text(StudyResult result)
        {
            using var writer = new StringWriter();
            StudyText.Write(result, writer);
            return writer.ToString();
        }

        Assert.Equal(Text(Result.Value), Text(BottleneckStudy.Run(Small)));
        Assert.NotEqual(Text(Result.Value), Text(BottleneckStudy.Run(Small with { Seed = 2 })));
    }

    [Fact]
    public void Every_setting_has_its_starts_and_its_numbers()
    {
        var settings = Table(Result.Value, "sphere-accelerations");

        // Three widths at two scales; d = 2 before erf, and deeper.
        Assert.Equal(6 + 2 + 2, settings.Rows.Count);
        Assert.All(settings.Rows, row => Assert.Equal((2, 2), ((int)row[4]!, (int)row[5]!)));
        Assert.Equal(2 * settings.Rows.Count, Table(Result.Value, "sphere-starts").Rows.Count);
        Assert.Contains(Result.Value.Claims, claim => claim.Statement.Contains("before a head of erf", StringComparison.Ordinal));
        Assert.Equal(2, Result.Value.Charts.Count(chart => chart.Name.StartsWith("sphere-loss-", StringComparison.Ordinal)));
        Assert.All(Rows("relu").Concat(Rows("erf")), row => Assert.InRange(row.Count(), 2, 4));
        static IEnumerable<IGrouping<string?, StudyChart>> Rows(string head) => Result.Value.Charts
            .Where(chart => chart.Name.StartsWith("sphere-embeddings-" + head, StringComparison.Ordinal)).GroupBy(chart => chart.Row);
    }

    [Fact]
    public void The_acceleration_is_the_steps_without_the_bottleneck_over_those_with_it()
    {
        // The first start of the narrowest relu at the greatest scale, trained again with the other network beside it.
        var row = Table(Result.Value, "sphere-starts").Rows.First(r => ((string)r[0]!, (int)r[1]!, (int)r[2]!, (double)r[3]!) == ("relu", 1, 2, 10));
        var setting = new BottleneckSetting(1, 2, "relu", 10);
        var task = BottleneckTask.Sphere(Small);
        var rate = new JoinedDescent(BottleneckNetwork.Of(setting.Network).Joined.Ntk(), task.X, default).Rate;
        var records = BottleneckRun.Train(setting.Network, task.X, task.Y, new()
        {
            Steps = 200,
            RecordEvery = 1,
            HeadWidth = 64,
            HeadRate = rate,
            FeatureRate = rate,
            LabelScale = 10,
            Seed = 1 + 7919,
            TestSamples = task.TestX,
        }).Records;
        var with = Crossing([.. records.Select(record => record.Loss)]);
        var without = Crossing([.. records.Select(record => record.JoinedLoss!.Value)]);
        Assert.Equal(with, (double)row[6]!, 1e-9);
        Assert.Equal(without, (double)row[7]!, 1e-6);
        Assert.Equal(without / with, (double)row[8]!, 1e-6);
        Assert.Equal(records[(int)Math.Ceiling(with)].Motion, (double)row[10]!, 1e-12);

        // The line between the logarithms of two losses.
        static double Crossing(double[] losses)
        {
            var after = Array.FindIndex(losses, loss => loss <= 0.1 * losses[0]);
            var (high, low) = (Math.Log(losses[after - 1]), Math.Log(losses[after]));
            return after - 1 + ((high - Math.Log(0.1 * losses[0])) / (high - low));
        }
    }

    [Fact]
    public void Theorems_are_found_and_bottlenecks_speed_large_targets_up()
    {
        foreach (var word in new[] { "is at least 2 √(c_f c_g)", "falls at that rate" })
        {
            Assert.Equal(ClaimVerdict.Found, Claim(Result.Value, word).Verdict);
        }

        // Two starts decide it only where they agree to a fourteenth.
        var five = BottleneckStudy.Run(Small with { Starts = 5, Widths = [2], Depths = [1], LabelScales = [10] });
        var (few, enough) = (Claim(Result.Value, "in fewer steps"), Claim(five, "in fewer steps"));
        Assert.Equal((ClaimVerdict.Reported, ClaimVerdict.Found), (few.Verdict, enough.Verdict));
        Assert.EndsWith("of its logarithm 14 standard errors count (Student's t)", few.Measured);
        Assert.EndsWith("of its logarithm 2.87 standard errors count (Student's t)", enough.Measured);

        var flows = Table(Result.Value, "deep-linear-flows");
        Assert.Equal(2 * 2 * 3 * 2, flows.Rows.Count);
        Assert.All(flows.Rows, row =>
        {
            Assert.InRange((double)row[8]!, 1 - 1e-6, 100);
            Assert.InRange((double)row[9]!, 0, 1e-8);

            // With two layers of f and L of g, all of unit weights, c_f = 2/d, c_g = L/p and c_∞ = (2 + L)/p, here for p = 8.
            var (layers, d, norm) = ((int)row[1]!, (int)row[2]!, (double)row[3]!);
            Assert.Equal(2 * Math.Sqrt(2.0 / d * layers / 8) * norm / ((2.0 + layers) / 8), (double)row[7]!, 1e-9);
        });
    }

    [Fact]
    public void A_claim_that_starts_do_not_decide_is_reported()
    {
        var brief = BottleneckStudy.Run(Small with { Steps = 10, Part = 1e-4, Widths = [32], Depths = [1], LabelScales = [1] });
        Assert.All(Table(brief, "sphere-accelerations").Rows, row => Assert.Equal(0, (int)row[5]!));
        foreach (var word in new[] { "fewer steps", "narrower", "grows with the size", "turns the kernel" })
        {
            Assert.Equal(ClaimVerdict.Reported, Claim(brief, word).Verdict);
        }

        // Of a training that has not learned its task, the acceleration is at most what is left of the steps.
        Assert.All(Table(brief, "sphere-starts").Rows, row => Assert.Equal(10.0, (double)row[6]!));

        // The width of the planes stands among the others in its order.
        Assert.Equal([2.0, 32], brief.Charts.Single(chart => chart.Name == "sphere-motion-by-width").Series[0].X);
    }

    [Fact]
    public void Two_classes_of_given_samples_are_told_apart()
    {
        var random = new Random(3);
        long[] labels = [.. Enumerable.Range(0, 60).Select(i => (long)(i % 3))];
        var x = Matrix.Wrap([.. labels.SelectMany(label => new[] { label + random.NextDouble(), random.NextDouble(), 1 })], 60, 3);
        var options = Small with { Data = x, Labels = labels, DataSamples = 12, DataTestSamples = 10, Widths = [2], Depths = [1], Classes = (2, 0), DataName = "blobs" };
        var task = BottleneckTask.Pair(options);
        Assert.Equal("blobs, 2 and 0", task.Title);
        Assert.Equal((12, 10), (task.X.Rows, task.TestX.Rows));

        // Class 2 is −1; the first sample is of class 0, the second one of class 2.
        Assert.Equal([1.0, -1, 1, -1], task.Y.Data[..4]);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(3, task.TestX.Row(i).ToArray().Sum(v => v * v), 1e-12));
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(0, task.X[i, 2]));
        var result = BottleneckStudy.Run(options);
        Assert.Contains(result.Claims, claim => claim.Statement.StartsWith("On blobs, 2 and 0:", StringComparison.Ordinal));
        Assert.All(Table(result, "classes-starts").Rows, row => Assert.InRange((double)row[13]!, 0.5, 1));
        Assert.All(Table(result, "sphere-starts").Rows, row => Assert.Null(row[13]));
    }

    [Fact]
    public void Neighbors_vote_on_the_sign_of_test_samples()
    {
        // Eleven training samples on a line, the first six of one sign; tests at both ends, of the right and a wrong sign.
        double[] y = [.. Enumerable.Range(0, 11).Select(i => i < 6 ? -1.0 : 2)];
        Matrix embeddings = Matrix.Wrap([.. Enumerable.Range(0, 11).Select(i => (double)i), 0.5, 9.5, 10], 14, 1);
        Assert.Equal(2 / 3.0, NeighborSeparation.Of(embeddings, y, [-1, 3, -1]), 1e-15);
    }

    [Theory]
    [InlineData(ClaimVerdict.Found, 3.0, 2.0, 1.0)]
    [InlineData(ClaimVerdict.Reported, 3.0, 3.2, 1.0)]
    [InlineData(ClaimVerdict.Reported, 1.2, 1.1, 1.0)]
    [InlineData(ClaimVerdict.NotFound, 3.0, 1.0, 2.0)]
    [InlineData(ClaimVerdict.Reported, double.NaN, 1.0, 0.5)]
    public void An_order_of_means_is_judged_by_their_errors(ClaimVerdict verdict, params double[] means) =>
        Assert.Equal(verdict, BottleneckClaims.Order(means.Select(mean => new SampleMean(mean, 0.4, 4))));

    [Theory]
    [InlineData(ClaimVerdict.Found, 1, 14.0)]
    [InlineData(ClaimVerdict.Reported, 1, 13.9)]
    [InlineData(ClaimVerdict.NotFound, 1, -14.0)]
    [InlineData(ClaimVerdict.Found, 4, 2.87)]
    [InlineData(ClaimVerdict.Reported, 4, 2.86)]
    [InlineData(ClaimVerdict.Reported, 4, -2.86)]
    [InlineData(ClaimVerdict.NotFound, 4, -2.87)]
    [InlineData(ClaimVerdict.Found, 1e6, 2.0001)]
    [InlineData(ClaimVerdict.Reported, 1e6, 1.9999)]
    [InlineData(ClaimVerdict.Reported, 0, 1e9)]
    public void A_mean_is_above_0_by_the_quantile_of_Student(ClaimVerdict verdict, double freedom, double value) =>
        Assert.Equal(verdict, new MeanTest(value, 1, freedom).Verdict);

    [Fact]
    public void A_difference_of_means_has_the_freedom_of_Welch()
    {
        var test = MeanTest.Between(new(3, 2, 4), new(1, 3, 9));
        Assert.Equal((2, Math.Sqrt(2), 4 / ((1 / 3.0) + (1 / 8.0))), (test.Value, test.Error, test.Freedom));
        Assert.Equal(new SampleMean(2, 1, 3), SampleMean.Of([1, 2, 3]));
        Assert.True(double.IsNaN(SampleMean.Of([1]).Deviation));
        Assert.Equal(ClaimVerdict.Reported, MeanTest.Of(SampleMean.Of([1])).Verdict);
        Assert.Equal(ClaimVerdict.Reported, MeanTest.Of(SampleMean.Of([])).Verdict);
    }

    [Theory]
    [InlineData(ClaimVerdict.Found, 1.0, 0.6)]
    [InlineData(ClaimVerdict.Reported, 1.0, 0.3)]
    [InlineData(ClaimVerdict.Reported, 1.0, -0.3)]
    [InlineData(ClaimVerdict.NotFound, 1.0, -0.6)]
    [InlineData(ClaimVerdict.NotFound, 0.1, -0.6)]
    [InlineData(ClaimVerdict.Reported, double.NaN, 1.0)]
    public void Means_that_chance_may_make_are_reported_and_negative_ones_contradict(
        ClaimVerdict verdict, params double[] means) =>
        Assert.Equal(verdict, MeanTest.Above(means.Select(mean => new SampleMean(mean, 0.4, 5))));

    [Fact]
    public void Networks_of_finite_width_are_compared_with_the_simulation_from_their_start()
    {
        var result = BottleneckStudy.Run(Small with
        {
            Widths = [2],
            Depths = [1],
            LabelScales = [1],
            Finite = new Untrained(),
            FiniteWidths = [8, 16],
            FiniteStarts = 2,
            FiniteSteps = 20,
        });

        // Networks that do not move are as far away as the simulation has gone.
        Assert.All(Table(result, "finite-gaps").Rows, row => Assert.Equal((2, 1.0), ((int)row[1]!, (double)row[2]!)));
        Assert.Equal(ClaimVerdict.Reported, Claim(result, "tend to the simulation").Verdict);
        Assert.DoesNotContain(Result.Value.Claims, claim => claim.Statement.Contains("tend to the simulation", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_ends_at_1_and_cancellation_ends_it()
    {
        List<double> parts = [];
        BottleneckStudy.Run(Small with { Widths = [2], Depths = [1], LabelScales = [1] }, new Recorder(parts));
        Assert.Equal(1, parts[^1]);
        Assert.Equal(parts.Order(), parts);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => BottleneckStudy.Run(Small, null, stopped.Token));
    }

    [Fact]
    public void Options_that_make_no_experiment_are_refused()
    {
        Matrix x = Matrix.Wrap([.. Enumerable.Range(0, 60).Select(i => (double)(i % 7))], 30, 2);
        long[] labels = [.. Enumerable.Range(0, 30).Select(i => (long)(i % 3))];
        void Refused(string expected, BottleneckStudyOptions options) =>
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => BottleneckStudy.Run(options)).Message);
        Refused("at least 10 training samples", Small with { Samples = 9 });
        Refused("at least 10 test samples", Small with { TestSamples = 9 });
        Refused("at least 3 dimensions", Small with { Dimension = 2 });
        Refused("degrees from 1", Small with { Degrees = [0] });
        Refused("increasing widths", Small with { Widths = [4, 2] });
        Refused("positive label scales", Small with { LabelScales = [0, 1] });
        Refused("label scales of different three digits", Small with { LabelScales = [1, 1.001] });
        Refused("increasing depths", Small with { Depths = [] });
        Refused("at least 2 starts", Small with { Starts = 1 });
        Refused("between 0 and 1", Small with { Part = 1 });
        Refused("at least 10 steps", Small with { Steps = 9 });
        Refused("heads of at least 8", Small with { HeadWidth = 7 });
        Refused("finite networks from 8", Small with { FiniteWidths = [4] });
        Refused("samples with labels", Small with { Data = x });
        Refused("a label for each sample", Small with { Data = x, Labels = [1, 2] });
        Refused("samples with the two classes", Small with { Classes = (1, 2) });
        Refused("two classes, came 1 twice", Small with { Data = x, Labels = labels, Classes = (1, 1) });
        Refused("200 samples of the classes 0 and 1, came 20", Small with { Data = x, Labels = labels });
        Refused("at least two classes", Small with { Data = x, Labels = [.. labels.Select(_ => 4L)] });
    }

    private static StudyTable Table(StudyResult result, string name) => result.Tables.Single(table => table.Name == name);

    private static StudyClaim Claim(StudyResult result, string word) =>
        result.Claims.First(claim => claim.Statement.Contains(word, StringComparison.Ordinal));

    private sealed class Untrained : IFiniteTraining
    {
        public IReadOnlyList<Matrix> Train(FiniteTrainingTask task, CancellationToken cancellation = default) =>
            [Matrix.Wrap(new double[task.Points.Rows], task.Points.Rows, 1)];

        public Matrix TangentKernel(Network network, int width, long seed, Matrix x, CancellationToken cancellation = default) =>
            throw new NotSupportedException();
    }

    private sealed class Recorder(List<double> parts) : IProgress<double>
    {
        public void Report(double value) => parts.Add(value);
    }
}
