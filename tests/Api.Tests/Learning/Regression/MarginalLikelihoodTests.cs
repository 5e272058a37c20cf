using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class MarginalLikelihoodTests
{
    private static readonly Matrix X = Samples.Random(30, 2, 1);

    // A wave of the first feature, with noise of standard deviation 0.1.
    private static readonly Matrix Y = Matrix.Wrap([.. Enumerable.Range(0, 30).Select(i => Math.Sin(2 * X[i, 0]) + 0.1 * Samples.Random(30, 1, 5)[i, 0])], 30, 1);

    private static readonly RegressionOptions Options = new() { Ridge = Ridge.Absolute(1) };

    private static InfiniteKernel Family(IReadOnlyList<double> p) =>
        Network.Parse(FormattableString.Invariant($"dense(w={p[0]:R},b={p[1]:R}) erf dense")).Nngp();

    [Fact]
    public void Samples_in_float32_are_those_of_the_fit_and_kernels_report_no_progress()
    {
        EvidenceStep Best(Matrix x, RegressionOptions options) =>
            MarginalLikelihood.Maximize(Family, [1, 0.5], x, Y, options, new() { MaximumEvaluations = 3 });
        var rounded = Matrix.Wrap(Array.ConvertAll(X.Data, v => (double)(float)v), 30, 2);
        List<double> told = [];
        var options = Options with { Gram = new() { Progress = new Told(told.Add) } };
        Assert.Equal(Best(rounded, options).LogMarginalLikelihood, Best(X, options with { Samples = Precision.Float32 }).LogMarginalLikelihood);
        Assert.NotEqual(Best(rounded, options).LogMarginalLikelihood, Best(X, options).LogMarginalLikelihood);
        Assert.Empty(told);
    }

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }

    [Fact]
    public void Nothing_near_the_optimum_is_better()
    {
        var best = MarginalLikelihood.Maximize(Family, [1, 0.5], X, Y, Options, new() { Tolerance = 1e-9, MaximumEvaluations = 500 });
        Assert.Equal(Value(best.Parameters, best.Ridge.Value), best.LogMarginalLikelihood, 1e-9);
        double[] all = [.. best.Parameters, best.Ridge.Value];
        Assert.True(best.LogMarginalLikelihood > Value([1, 0.5], 1) + 1);
        for (var k = 0; k < all.Length; k++)
        {
            foreach (var factor in new[] { 0.9, 1.1 })
            {
                double[] moved = [.. all.Select((p, i) => i == k ? factor * p : p)];
                Assert.True(Value(moved[..^1], moved[^1]) < best.LogMarginalLikelihood + 1e-9, $"parameter {k} times {factor}");
            }
        }
    }

    [Fact]
    public void From_ones_and_by_default_it_comes_as_far_as_from_anywhere()
    {
        double From(double w, double b) => MarginalLikelihood.Maximize(Family, [w, b], X, Y, Options).LogMarginalLikelihood;
        var best = MarginalLikelihood.Maximize(Family, [1, 0.5], X, Y, Options, new() { Tolerance = 1e-9, MaximumEvaluations = 1000 }).LogMarginalLikelihood;
        Assert.InRange(From(1, 1), best - 0.1, best + 0.1);
        Assert.InRange(From(3, 0.1), best - 0.1, best + 0.1);
    }

    [Fact]
    public void Progress_is_told_each_better_try_and_the_ridge_stays_relative()
    {
        var steps = new List<EvidenceStep>();
        var best = MarginalLikelihood.Maximize(
            _ => Network.Parse("dense erf dense").Nngp(), [], X, Y, Options with { Ridge = Ridge.Relative(1) }, new() { Progress = new Direct(steps.Add) });
        Assert.True(best.Ridge.IsRelative);
        Assert.Equal(steps.Max(s => s.LogMarginalLikelihood), best.LogMarginalLikelihood);
        Assert.True(steps.Zip(steps.Skip(1)).All(pair => pair.Second.LogMarginalLikelihood > pair.First.LogMarginalLikelihood));
        Assert.InRange(best.Evaluations, steps[^1].Evaluations, 200);
    }

    [Fact]
    public void A_search_that_may_ask_little_says_the_best_it_saw() =>
        Assert.Equal(7, MarginalLikelihood.Maximize(Family, [1, 0.5], X, Y, Options, new() { MaximumEvaluations = 7, Tolerance = 0 }).Evaluations);

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => MarginalLikelihood.Maximize(Family, [1, 0], X, Y, Options));
        Assert.Throws<ArgumentException>(() => MarginalLikelihood.Maximize(Family, [1, 1], X, Y, Options with { Ridge = Ridge.Absolute(0) }));
        Assert.Throws<ArgumentException>(() => MarginalLikelihood.Maximize(Family, [1, 1], X, Y.SelectRows(0, 3), Options));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginalLikelihood.Maximize(Family, [1, 1], X, Y, Options, new() { MaximumEvaluations = 0 }));
        Matrix Of(double value) => Matrix.Wrap([.. Enumerable.Repeat(value, 30)], 30, 1);
        Assert.Contains("the target in row 0, column 0 (counted from 0) is NaN", Assert.Throws<ArgumentException>(() => MarginalLikelihood.Maximize(Family, [1, 1], X, Of(double.NaN), Options)).Message);
        Assert.Contains("scale the targets", Assert.Throws<ArithmeticException>(() => MarginalLikelihood.Maximize(Family, [1, 1], X, Of(1e200), Options)).Message);
        Assert.Throws<OperationCanceledException>(() => MarginalLikelihood.Maximize(Family, [1, 1], X, Y, Options, null, new CancellationToken(true)));
    }

    private static double Value(IReadOnlyList<double> parameters, double ridge) =>
        KernelRegression.Fit(Family(parameters), X, Y, Options with { Ridge = Ridge.Absolute(ridge) }).LogMarginalLikelihood!.Value;

    private sealed class Direct(Action<EvidenceStep> told) : IProgress<EvidenceStep>
    {
        public void Report(EvidenceStep value) => told(value);
    }
}
