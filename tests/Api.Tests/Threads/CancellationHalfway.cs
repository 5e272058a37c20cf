using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>A token that is canceled while the work goes on, at the first report of its progress, stops the work.</summary>
public class CancellationHalfway
{
    /// <summary>The cpu backend has several tiles for so many rows.</summary>
    private const int Count = 300;

    private static readonly InfiniteKernel Kernel = Network.Parse("dense(b=0.5) relu dense").Ntk();
    private static readonly Network Narrow = Network.Parse("dense relu dense bottleneck(width=2) dense erf dense");
    private static readonly Matrix X = Samples.Random(Count, 3, 1);
    private static readonly Matrix Y = Samples.Random(Count, 1, 2);

    /// <summary>Predictions are made in blocks of 1024 rows.</summary>
    private static readonly Matrix Many = Samples.Random(2500, 3, 5);

    private static readonly Matrix Few = Samples.Random(20, 3, 3);
    private static readonly Matrix FewTargets = Samples.Random(20, 1, 4);
    private static readonly long[] Labels = [.. Enumerable.Range(0, Count).Select(i => i % 2L)];
    private static readonly RegressionOptions Ridged = new() { Ridge = Ridge.Absolute(0.1) };

    private static readonly Lazy<KernelRegression> Model = new(() => KernelRegression.Fit(Kernel, X, Y, Ridged));

    private static readonly Dictionary<string, Action<Canceler>> Works = new()
    {
        ["gram"] = at => Kernel.Gram(X, at.Gram, at.Token),
        ["gram of the reference"] = at => Kernel.Gram(X, at.Gram with { Backend = Backends.Reference }, at.Token),
        ["cross"] = at => Kernel.Cross(X, X, at.Gram, at.Token),
        ["multiply"] = at => Kernel.Multiply(X, Y, null, at.Gram, at.Token),
        ["fit by cholesky"] = at => KernelRegression.Fit(Kernel, X, Y, at.Regression, at.Token),
        ["fit by eigenvalues"] = at =>
            KernelRegression.Fit(Kernel, X, Y, at.Regression with { Solver = Solver.Eigen }, at.Token),
        ["fit by conjugate gradients"] = at =>
            KernelRegression.Fit(Kernel, X, Y, at.Regression with { Solver = Solver.ConjugateGradients }, at.Token),
        ["steps of conjugate gradients"] = at => KernelRegression.Fit(
            Kernel, X, Y, Ridged with { Solver = Solver.ConjugateGradients with { Rank = 0, Progress = at } }, at.Token),
        ["steps of Falkon"] = at => KernelRegression.Fit(
            Kernel, X, Y, Ridged with { Solver = new FalkonSolver { Centers = 40, Progress = at } }, at.Token),
        ["classify"] = at => KernelClassifier.Fit(Kernel, X, Labels, at.Regression, at.Token),
        ["predict"] = at => Model.Value.Predict(Many, Uncertainty.None, at.Gram, at.Token),
        ["deviations"] = at => Model.Value.Predict(Many, Uncertainty.Deviation, at.Gram, at.Token),
        ["support vectors"] = at => SupportVectorMachine.Fit(Kernel, X, Labels, new() { Gram = at.Gram }, at.Token),
        ["cross-validation"] = at => CrossValidation.Run(
            Kernel, X, Y, SelectionCriterion.LeaveOneOut, at.Regression, at.Token),
        ["evidence"] = at => MarginalLikelihood.Maximize(
            p => Network.Input.Dense(p[0]).Relu().Dense().Ntk(), [1.0], Few, FewTargets, Ridged,
            new() { Progress = at }, at.Token),
        ["tuning"] = at => KernelTuning.Maximize(
            Kernel, ["w"], Few, FewTargets, Ridged, new() { Progress = at }, at.Token),
        ["comparison"] = at => KernelComparison.Run(
            [StudyNetwork.Parse("a", "dense relu dense")], X, Y, new() { Gram = at.Gram }, at.Token),
        ["dynamics"] = at => TrainingDynamics.Create(Kernel, X, Y, new() { Gram = at.Gram }, at.Token),
        ["spectrum"] = at => Spectrum.Of(Kernel, X, at.Gram, at.Token),
        ["leading eigenvalues"] = at => Spectrum.Leading(Kernel, X, 3, new() { Gram = at.Gram }, at.Token),
        ["width"] = at => WidthAdvice.Of(
            Network.Parse("dense relu dense"), Few, options: new() { Progress = at }, cancellation: at.Token),
        ["bottleneck"] = at => BottleneckRun.Train(Narrow, Few, FewTargets, new() { Steps = 5 }, at, at.Token),
        ["study of spectral bias"] = at => SpectralBiasStudy.Run(null, at, at.Token),
        ["study of extrapolation"] = at => ExtrapolationStudy.Run(null, at, at.Token),
        ["study of bottlenecks"] = at => BottleneckStudy.Run(null, at, at.Token),
    };

    public static TheoryData<string> Names => [.. Works.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_token_that_is_canceled_at_the_first_report_stops_the_work(string work)
    {
        using var canceler = new Canceler();
        var error = Assert.ThrowsAny<OperationCanceledException>(() => Works[work](canceler));
        Assert.True(canceler.Reports > 0, $"stopped before its first report: {error}");
        Assert.False(canceler.WasDone, "the first report was that of the end");

        // The reports of each thread that was at work, and of what it had begun.
        Assert.InRange(canceler.Reports, 1, 8);
    }

    /// <summary>A progress of every kind that cancels its token at the first report.</summary>
    private sealed class Canceler :
        IProgress<double>, IProgress<SolverProgress>, IProgress<EvidenceStep>, IProgress<TuningStep>, IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private int _reports;

        internal CancellationToken Token => _source.Token;

        internal int Reports => _reports;

        internal bool WasDone { get; private set; }

        internal GramOptions Gram => new() { Progress = this, Threads = 2 };

        internal RegressionOptions Regression => Ridged with { Gram = Gram };

        public void Report(double value)
        {
            if (Cancel() == 1)
            {
                WasDone = value >= 1;
            }
        }

        public void Report(SolverProgress value) => Cancel();

        public void Report(EvidenceStep value) => Cancel();

        public void Report(TuningStep value) => Cancel();

        public void Dispose() => _source.Dispose();

        private int Cancel()
        {
            var count = Interlocked.Increment(ref _reports);
            _source.Cancel();
            return count;
        }
    }
}
