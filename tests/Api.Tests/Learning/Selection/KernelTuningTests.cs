using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Selection;

/// <summary>The search for hyper-parameters by gradients.</summary>
public class KernelTuningTests
{
    private const string Start = "(dense(w=1,b=0.5) relu)^2 dense";
    private static readonly Matrix X = Samples.Random(60, 3, 11);

    /// <summary>Targets drawn from the process of a network with noise, which seeds decide.</summary>
    private static Matrix Drawn(string network, double noise, int outputs)
    {
        var model = KernelRegression.Fit(
            Network.Parse(network).Nngp(), Samples.Random(1, 3, 1), new Matrix(new double[,] { { 0 } }),
            new() { Ridge = Ridge.Absolute(1e12) });
        var draws = model.Predict(X, Uncertainty.Covariance).Sample(outputs, 3, PredictionNoise.Excluded);
        var y = new double[X.Rows * outputs];
        var dust = Samples.Random(X.Rows, outputs, 77);
        for (var i = 0; i < X.Rows; i++)
        {
            for (var c = 0; c < outputs; c++)
            {
                y[i * outputs + c] = draws[c][i, 0] + (noise * dust[i, c]);
            }
        }

        return Matrix.Wrap(y, X.Rows, outputs);
    }

    private static readonly RegressionOptions Options = new() { Ridge = Ridge.Absolute(0.01) };

    private static double Evidence(Network network, Ridge ridge, Matrix y, RegressionOptions options) =>
        KernelRegression.Fit(network.Nngp(), X, y, options with { Ridge = ridge }).LogMarginalLikelihood!.Value;

    [Fact]
    public void The_evidence_that_is_found_is_at_least_that_of_the_truth_and_of_every_neighbor()
    {
        var truth = Network.Parse("(dense(w=1.6,b=0.2) relu)^2 dense(w=1.6)");
        var y = Drawn(truth.ToString(), 0.4, 3);
        var found = KernelTuning.Maximize(Network.Parse(Start).Nngp(), ["w", "b"], X, y, Options);
        Assert.True(found.Converged);
        Assert.Equal(found.Score, Evidence(found.Kernel.Network, found.Ridge, y, Options), 1e-9);
        Assert.True(found.Score > Evidence(truth, Ridge.Absolute(0.4 * 0.4 / 3), y, Options));
        foreach (var factor in new[] { 0.9, 1.1 })
        {
            foreach (var parameter in found.Parameters)
            {
                var moved = found.Kernel.Network.With(parameter.Name, factor * parameter.Value);
                Assert.True(found.Score > Evidence(moved, found.Ridge, y, Options) - 1e-3);
            }

            Assert.True(found.Score > Evidence(
                found.Kernel.Network, Ridge.Absolute(factor * found.Ridge.Value), y, Options) - 1e-3);
        }
    }

    [Theory]
    [InlineData("evidence")]
    [InlineData("loo")]
    [InlineData("folds")]
    public void Restarts_find_no_worse_end_and_every_criterion_improves(string name)
    {
        var criterion = name switch
        {
            "evidence" => SelectionCriterion.Evidence,
            "loo" => SelectionCriterion.LeaveOneOut,
            _ => SelectionCriterion.CrossValidation(5, 1),
        };
        var y = Drawn("(dense(w=1.6,b=0.2) relu)^2 dense", 0.1, 1);
        var kernel = Network.Parse(Start).Nngp();
        var tuning = new TuningOptions { Criterion = criterion, Restarts = 3, Seed = 5 };
        var first = KernelTuning.Maximize(kernel, ["b"], X, y, Options, tuning with { MaximumEvaluations = 1, Restarts = 0 });
        var single = KernelTuning.Maximize(kernel, ["b"], X, y, Options, tuning with { Restarts = 0 });
        var several = KernelTuning.Maximize(kernel, ["b"], X, y, Options, tuning);
        var sign = name == "evidence" ? 1 : -1;
        Assert.True(sign * single.Score > sign * first.Score);
        Assert.True(sign * several.Score >= sign * single.Score);
        Assert.Equal(4, several.Ends.Count);
        Assert.Equal(single.Score, several.Ends[0]!.Value, 1e-12);
        Assert.True(several.Evaluations > single.Evaluations);
        Assert.Equal(1, first.Evaluations);
        Assert.False(first.Converged);
    }

    [Fact]
    public void Targets_in_other_units_give_the_same_parameters()
    {
        var y = Drawn("(dense(w=1.6,b=0.2) relu)^2 dense", 0.1, 2);
        var moved = new double[y.Data.Length];
        for (var t = 0; t < moved.Length; t++)
        {
            moved[t] = (1024 * y.Data[t]) - 300;
        }

        var options = Options with { CenterTargets = true, Scale = VarianceScale.Estimated };
        TunedKernel Of(Matrix targets) => KernelTuning.Maximize(
            Network.Parse(Start).Ntk(), ["b@1"], X, targets, options with { Ridge = Ridge.Relative(1e-2) },
            new() { Tolerance = 1e-4 });
        var (here, there) = (Of(y), Of(Matrix.Wrap(moved, y.Rows, y.Columns)));
        Assert.Equal(here.Parameters[0].Value, there.Parameters[0].Value, 1e-3 * here.Parameters[0].Value);
        Assert.Equal(here.Ridge.Value, there.Ridge.Value, 1e-3 * here.Ridge.Value);
        Assert.True(there.Ridge.IsRelative);
        Assert.Equal(here.Score - (120 * Math.Log(1024)), there.Score, 1e-3);
    }

    [Fact]
    public void Options_of_activations_are_searched_too_and_a_ridge_can_be_kept()
    {
        var y = Drawn("dense(w=1.5,b=0.3) leaky_relu(alpha=-0.6) dense", 0.05, 4);
        var kernel = Network.Parse("dense(w=1.5,b=0.3) leaky_relu(alpha=0.1) dense").Nngp();
        var found = KernelTuning.Maximize(
            kernel, ["leaky_relu.alpha"], X, y, Options, new() { KeepRidge = true, Restarts = 3 });
        Assert.Equal(Options.Ridge, found.Ridge);
        // The kernel is the same at alpha and 1/alpha but for a factor, so that only the sign is sure.
        Assert.InRange(found.Parameters[0].Value, -1.6, -0.2);
    }

    [Fact]
    public void A_network_without_parameters_to_search_gives_the_ridge_alone()
    {
        var y = Drawn("(dense(w=1.6,b=0.2) relu)^2 dense", 0.1, 1);
        var found = KernelTuning.Maximize(Network.Parse("dense tanh dense").Nngp(), [], X, y, Options);
        Assert.True(found.Converged);
        Assert.Empty(found.Parameters);
        Assert.Equal("dense tanh dense", found.Kernel.Network.ToString());
    }

    [Fact]
    public void Every_step_that_is_the_best_so_far_is_reported()
    {
        var y = Drawn("(dense(w=1.6,b=0.2) relu)^2 dense", 0.1, 1);
        var seen = new List<TuningStep>();
        var found = KernelTuning.Maximize(
            Network.Parse(Start).Nngp(), ["w"], X, y, Options, new() { Progress = new Listener(seen.Add) });
        Assert.Equal(seen.Order(Comparer<TuningStep>.Create((a, b) => a.Score.CompareTo(b.Score))), seen);
        Assert.Equal(found.Score, seen[^1].Score);
        Assert.Equal(found.Kernel.Network, seen[^1].Network);
    }

    [Fact]
    public void The_score_is_that_of_the_kernel_and_the_ridge_wherever_the_search_ends()
    {
        var y = Drawn("(dense(w=1.6,b=0.2) relu)^2 dense", 0.1, 1);
        foreach (var criterion in new[] { SelectionCriterion.Evidence, SelectionCriterion.LeaveOneOut })
        {
            for (var evaluations = 1; evaluations <= 12; evaluations++)
            {
                var found = KernelTuning.Maximize(
                    Network.Parse(Start).Nngp(), ["w"], X, y, Options, new() { Criterion = criterion, MaximumEvaluations = evaluations });
                var model = KernelRegression.Fit(found.Kernel, X, y, Options with { Ridge = found.Ridge });
                var score = criterion == SelectionCriterion.Evidence ? model.LogMarginalLikelihood : model.LeaveOneOutRmse;
                Assert.Equal(score!.Value, found.Score, 1e-8 * Math.Abs(found.Score));
            }
        }
    }

    public static TheoryData<string, string[], double, bool, string> Wrong() => new()
    {
        { "dense relu dense", ["b"], 0.1, false, "Expected a positive start of b; it is 0" },
        { "dense relu dense", ["v"], 0.1, false, "Expected a parameter of the network: w, b" },
        { "dense relu dense", ["w", "w@1"], 0.1, false, "w, w@1 share one" },
        { "dense relu dense", ["w"], 0, false, "Expected a positive ridge to start from" },
        { "dense relu dense", [], 0.1, true, "Expected a parameter to search" },
        { "dense tanh dense", ["w"], 0.1, false, "no closed form" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_search_that_cannot_be_is_refused(
        string network, string[] parameters, double ridge, bool keep, string message)
    {
        var refused = Assert.ThrowsAny<ArgumentException>(() => KernelTuning.Maximize(
            Network.Parse(network).Nngp(), parameters, X, Samples.Random(60, 1, 2),
            new() { Ridge = Ridge.Absolute(ridge) }, new() { KeepRidge = keep }));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_can_be_stopped()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => KernelTuning.Maximize(
            Network.Parse(Start).Nngp(), ["w"], X, Samples.Random(60, 1, 2), Options,
            new() { Progress = new Listener(_ => source.Cancel()) }, source.Token));
    }

    private sealed class Listener(Action<TuningStep> heard) : IProgress<TuningStep>
    {
        public void Report(TuningStep value) => heard(value);
    }
}
