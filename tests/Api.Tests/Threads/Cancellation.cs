using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>A token that is cancelled stops the work, whatever it is.</summary>
public class Cancellation
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense(b=0.5) relu dense").Ntk();
    private static readonly Network Narrow = Network.Parse("dense relu dense bottleneck(width=2) dense erf dense");
    private static readonly Matrix X = Samples.Random(40, 3, 1);
    private static readonly Matrix Y = Samples.Random(40, 1, 2);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 40).Select(i => i % 2L)];
    private static readonly RegressionOptions Ridged = new() { Ridge = Ridge.Absolute(0.1) };

    private static readonly Lazy<KernelRegression> Model = new(() => KernelRegression.Fit(Kernel, X, Y, Ridged));
    private static readonly Lazy<PointDynamics> Points = new(() => TrainingDynamics.Create(Kernel, X, Y).At(X));
    private static readonly Lazy<FiniteNetwork> Finite = new(() => FiniteNetwork.Create(Kernel.Network, 8, 3, 1));

    private static readonly Dictionary<string, Action<CancellationToken>> Works = new()
    {
        ["gram"] = stop => Kernel.Gram(X, null, stop),
        ["cross"] = stop => Kernel.Cross(X, X, null, stop),
        ["multiply"] = stop => Kernel.Multiply(X, Y, null, null, stop),
        ["fit"] = stop => KernelRegression.Fit(Kernel, X, Y, Ridged, stop),
        ["fit by conjugate gradients"] = stop =>
            KernelRegression.Fit(Kernel, X, Y, Ridged with { Solver = Solver.ConjugateGradients }, stop),
        ["classify"] = stop => KernelClassifier.Fit(Kernel, X, Labels, Ridged, stop),
        ["predict"] = stop => Model.Value.Predict(X, Uncertainty.None, null, stop),
        ["deviations"] = stop => Model.Value.Predict(X, Uncertainty.Deviation, null, stop),
        ["sample"] = stop => Model.Value.Predict(X, Uncertainty.Covariance).Sample(2, 1, cancellation: stop),
        ["support vectors"] = stop => SupportVectorMachine.Fit(Kernel, X, Labels, null, stop),
        ["cross-validation"] = stop =>
            CrossValidation.Run(Kernel, X, Y, SelectionCriterion.LeaveOneOut, Ridged, stop),
        ["evidence"] = stop => MarginalLikelihood.Maximize(
            p => Network.Input.Dense(p[0]).Relu().Dense().Ntk(), [1.0], X, Y, Ridged, null, stop),
        ["tuning"] = stop => KernelTuning.Maximize(Kernel, ["w"], X, Y, Ridged, null, stop),
        ["comparison"] = stop => KernelComparison.Run([StudyNetwork.Parse("a", "dense relu dense")], X, Y, null, stop),
        ["dynamics"] = stop => TrainingDynamics.Create(Kernel, X, Y, null, stop),
        ["mean"] = stop => Points.Value.Mean(Training.Flow(1), stop),
        ["ensemble"] = stop => Points.Value.Ensemble(Training.Flow(1), stop),
        ["spread"] = stop => Points.Value.Deviations(Training.Flow(1), stop),
        ["flow"] = stop => Points.Value.Flow(Loss.Squared, [1], cancellation: stop),
        ["spectrum"] = stop => Spectrum.Of(Kernel, X, null, stop),
        ["leading eigenvalues"] = stop => Spectrum.Leading(Kernel, X, 3, null, stop),
        ["finite kernel"] = stop => Finite.Value.Ntk().Gram(X, null, stop),
        ["finite outputs"] = stop => Finite.Value.Outputs(X, stop),
        ["average"] = stop => KernelAverage.Of([1, 2], seed => X, stop),
        ["width"] = stop => WidthAdvice.Of(Network.Parse("dense relu dense"), X, cancellation: stop),
        ["bottleneck"] = stop => BottleneckRun.Train(Narrow, X, Y, new() { Steps = 5 }, null, stop),
        ["study"] = stop => SpectralBiasStudy.Run(null, null, stop),
    };

    public static TheoryData<string> Names => [.. Works.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cancelled_token_stops(string work) =>
        Assert.ThrowsAny<OperationCanceledException>(() => Works[work](new(canceled: true)));
}
