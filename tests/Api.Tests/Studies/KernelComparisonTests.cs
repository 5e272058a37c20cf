using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>A comparison is what fits fold by fold give, and its errors are those of the formula.</summary>
public class KernelComparisonTests
{
    private static readonly StudyNetwork[] Nets =
        [StudyNetwork.Parse("relu", "dense(w=1.4) relu dense"), StudyNetwork.Parse("product", "hadamard(dense(b=1) relu, dense erf) dense")];

    private static readonly Matrix X = Samples.Random(41, 3, 1);
    private static readonly Matrix Y = Matrix.Wrap([.. Enumerable.Range(0, 41).SelectMany(i => new[] { X[i, 0] * X[i, 1], 3 + X[i, 2] })], 41, 2);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 41).Select(i => X[i, 0] > 0.3 ? 7L : X[i, 1] > 0 ? -2 : 4)];
    private static readonly ComparisonOptions Options = new()
    {
        Folds = 4,
        Seeds = 2,
        FirstSeed = 5,
        Kernels = [KernelKind.Ntk, KernelKind.Nngp],
        Ridges = [Ridge.Relative(1e-2)],
    };

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    public void Every_score_is_that_of_a_fit_without_the_fold(bool center, bool unit, bool targets)
    {
        var options = Options with { Center = center, Unit = unit, CenterTargets = targets };
        var result = KernelComparison.Run(Nets, X, Y, options);
        Assert.Equal([("relu", KernelKind.Ntk), ("relu", KernelKind.Nngp), ("product", KernelKind.Ntk), ("product", KernelKind.Nngp)], result.Kernels.Select(k => (k.Name, k.Kernel)));
        Assert.Equal([.. from s in new[] { 5L, 6 } from f in Enumerable.Range(0, 4) select (s, f)], result.Kernels[3].Scores.Select(s => (s.Seed, s.Fold)));
        var fit = new RegressionOptions { Ridge = options.Ridges[0], Center = center, Unit = unit, CenterTargets = targets };
        foreach (var kernel in result.Kernels)
        {
            foreach (var score in kernel.Scores)
            {
                var (training, test) = Parts(KernelComparison.Order(41, score.Seed), score.Fold);
                var model = KernelRegression.Fit(Network.Parse(kernel.Network).Kernel(kernel.Kernel), Rows(X, training), Rows(Y, training), fit);
                Assert.Equal(Metrics.Rmse(model.Predict(Rows(X, test)).Mean, Rows(Y, test)), score.Value, 1e-9);
                Assert.Equal(model.Ridge, score.Ridge, 1e-12);
            }
        }
    }

    [Fact]
    public void Classes_are_dealt_in_equal_parts_and_scored_by_the_accuracy()
    {
        var result = KernelComparison.Run(Nets, X, Labels, Options);
        Assert.Equal(ComparisonMetric.Accuracy, result.Metric);
        foreach (var score in result.Kernels[0].Scores)
        {
            int[] order = [.. KernelComparison.Order(41, score.Seed).OrderBy(i => Labels[i])];
            var (training, test) = Parts(order, score.Fold);
            Assert.All(Labels.Distinct(), label => Assert.InRange(test.Count(i => Labels[i] == label) - (Labels.Count(l => l == label) / 4.0), -1, 1));
            var model = KernelClassifier.Fit(Nets[0].Network.Ntk(), Rows(X, training), [.. training.Select(i => Labels[i])], new() { Ridge = Options.Ridges[0] });
            Assert.Equal(Metrics.Accuracy(model.Predict(Rows(X, test)).Labels, [.. test.Select(i => Labels[i])]), score.Value);
        }
    }

    [Fact]
    public void Of_several_ridges_each_fold_takes_the_one_with_the_least_leave_one_out_error()
    {
        Ridge[] ridges = [Ridge.Absolute(1e-6), Ridge.Absolute(1e-3), Ridge.Absolute(0.1), Ridge.Absolute(3)];
        var noisy = Matrix.Wrap([.. Enumerable.Range(0, 41).Select(i => X[i, 0] + (0.3 * Math.Sin(977 * i)))], 41, 1);
        var result = KernelComparison.Run(Nets, X, noisy, Options with { Ridges = ridges, CenterTargets = true });
        foreach (var kernel in result.Kernels)
        {
            foreach (var score in kernel.Scores)
            {
                var (training, test) = Parts(KernelComparison.Order(41, score.Seed), score.Fold);
                var models = ridges.Select(ridge => KernelRegression.Fit(
                    Network.Parse(kernel.Network).Kernel(kernel.Kernel), Rows(X, training), Rows(noisy, training), new() { Ridge = ridge, CenterTargets = true }));
                var best = models.MinBy(model => model.LeaveOneOutRmse)!;
                Assert.Equal(best.Ridge, score.Ridge);
                Assert.Equal(Metrics.Rmse(best.Predict(Rows(X, test)).Mean, Rows(noisy, test)), score.Value, 1e-7);
            }
        }

        Assert.True(result.Kernels.SelectMany(kernel => kernel.Scores).Select(score => score.Ridge).Distinct().Count() > 1);
    }

    [Fact]
    public void Of_classes_the_number_that_is_wrong_counts_first()
    {
        Ridge[] ridges = [Ridge.Absolute(1e-4), Ridge.Absolute(0.3)];
        var result = KernelComparison.Run(Nets, X, Labels, Options with { Ridges = ridges, Kernels = [KernelKind.Ntk] });
        foreach (var score in result.Kernels[0].Scores)
        {
            var (training, _) = Parts([.. KernelComparison.Order(41, score.Seed).OrderBy(i => Labels[i])], score.Fold);
            int Wrong(Ridge ridge) => Enumerable.Range(0, training.Length).Count(left =>
            {
                int[] others = [.. training.Where((_, k) => k != left)];
                var model = KernelClassifier.Fit(Nets[0].Network.Ntk(), Rows(X, others), [.. others.Select(i => Labels[i])], new() { Ridge = ridge });
                return model.Predict(Rows(X, [training[left]])).Labels[0] != Labels[training[left]];
            });
            Assert.Equal(ridges.Min(Wrong), Wrong(Ridge.Absolute(score.Ridge)));
        }
    }

    [Fact]
    public void Means_deviations_and_differences_are_those_of_the_formulas()
    {
        ComparedKernel Of(string name, params double[] values) =>
            new(name, "dense", KernelKind.Ntk, [.. values.Select((value, k) => new FoldScore(k / 2, k % 2, 1, value))]);
        var (a, b) = (Of("a", 1, 2, 3, 6), Of("b", 2, 2, 5, 9));
        var result = new ComparisonResult(ComparisonMetric.Rmse, 10, 2, 2, [b, a]);
        Assert.Same(a, result.Best);
        Assert.Equal((3, Math.Sqrt(14 / 3.0)), (a.Mean, a.Deviation));
        var difference = result.DifferenceFromBest(b);

        // The differences 1, 0, 2, 3 have the mean 3/2 and the variance 5/3; two folds have one test sample for each other.
        Assert.Equal(1.5, difference.Mean);
        Assert.Equal(Math.Sqrt((0.25 + 1) * 5 / 3), difference.StandardError, 1e-15);
        Assert.Equal(new(0, 0), result.DifferenceFromBest(a));
        Assert.Same(b, (result with { Metric = ComparisonMetric.Accuracy }).Best);
    }

    [Fact]
    public void Texts_mark_the_best_and_escape_names()
    {
        ComparedKernel Of(string name, KernelKind kind, params double[] values) =>
            new(name, "dense", kind, [.. values.Select((value, k) => new FoldScore(0, k, 0.5, value))]);
        var result = new ComparisonResult(
            ComparisonMetric.Accuracy, 10, 2, 1, [Of("a_b|\"c\"", KernelKind.Ntk, 90, 91), Of("d^2", KernelKind.Nngp, 80, 85)]);
        Assert.Equal(
            "network  kernel  accuracy (%)    difference\na_b|\"c\"  ntk     90.50 ± 0.71 *\nd^2      nngp    82.50 ± 3.54    -8.00 ± 3.46\n",
            string.Join('\n', result.ToText(ComparisonFormat.Table).Split('\n')[..3]) + "\n");
        Assert.Contains("| a_b\\|\"c\" | ntk | **90.50 ± 0.71** |  |\n| d^2 | nngp | 82.50 ± 3.54 | -8.00 ± 3.46 |\n", result.ToText(ComparisonFormat.Markdown));
        var latex = result.ToText(ComparisonFormat.Latex);
        Assert.Contains("\\texttt{a\\_b|\"c\"} & NTK & \\textbf{90.50 $\\pm$ 0.71} &  \\\\\n", latex);
        Assert.Contains("\\texttt{d\\textasciicircum{}2} & NNGP & 82.50 $\\pm$ 3.54 & $-$8.00 $\\pm$ 3.46 \\\\\n", latex);
        Assert.Equal(
            "network,kernel,seed,fold,ridge,accuracy\n\"a_b|\"\"c\"\"\",ntk,0,0,0.5,90\n\"a_b|\"\"c\"\"\",ntk,0,1,0.5,91\n\"d^2\",nngp,0,0,0.5,80\n\"d^2\",nngp,0,1,0.5,85\n",
            result.ToText(ComparisonFormat.Csv));
        Assert.Throws<ArgumentOutOfRangeException>(() => result.ToText((ComparisonFormat)9));
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Refused(Options with { Folds = 1 }, "2 to 41 folds");
        Refused(Options with { Folds = 42 }, "2 to 41 folds");
        Refused(Options with { Seeds = 0 }, "1 seed");
        Refused(Options with { FirstSeed = -1 }, "first seed");
        Refused(Options with { Ridges = [] }, "one ridge");
        Refused(Options with { Kernels = [KernelKind.Ntk, KernelKind.Ntk] }, "different kernels");
        Assert.Throws<ArgumentException>(() => KernelComparison.Run([Nets[0], Nets[0]], X, Y, Options));
        Assert.Throws<ArgumentException>("y", () => KernelComparison.Run(Nets, X, Y.SelectRows(0, 40), Options));
        Assert.Throws<ArgumentException>("labels", () => KernelComparison.Run(Nets, X, Labels[..40], Options));
        Assert.Throws<ArgumentException>("labels", () => KernelComparison.Run(Nets, X, new long[41], Options));
        var twice = Matrix.Wrap([.. X.Data, .. X.Data], 82, 3);
        var both = Matrix.Wrap([.. Y.Data, .. Y.Data], 82, 2);
        Assert.Throws<NotPositiveDefiniteException>(() => KernelComparison.Run(Nets, twice, both, Options with { Ridges = [Ridge.Absolute(0)] }));
        Assert.Contains("greater", Assert.Throws<ArithmeticException>(
            () => KernelComparison.Run(Nets, twice, both, Options with { Ridges = [Ridge.Absolute(0), Ridge.Absolute(1e-20)] })).Message);

        static void Refused(ComparisonOptions options, string part) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>("options", () => KernelComparison.Run(Nets, X, Y, options)).Message);
    }

    [Fact]
    public void It_says_how_far_it_is_and_can_be_cancelled()
    {
        var log = new LinearAlgebra.ProgressLog();
        KernelComparison.Run(Nets, X, Y, Options with { Gram = new() { Progress = log } });
        Assert.Equal(Enumerable.Range(1, 32).Select(k => k / 32.0), log.Reports);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => KernelComparison.Run(Nets, X, Y, Options, stop.Token));
    }

    private static (int[] Training, int[] Test) Parts(int[] order, int fold) => (
        [.. order.Where((_, place) => place % 4 != fold).Order()], [.. order.Where((_, place) => place % 4 == fold).Order()]);

    private static Matrix Rows(Matrix m, int[] rows) => SubMatrix.Of(m, rows, [.. Enumerable.Range(0, m.Columns)]);
}
