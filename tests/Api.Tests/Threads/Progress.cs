using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>Progress ascends and ends with 1, and a token stops the work between two reports.</summary>
public class Progress
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense(b=0.5) relu dense").Ntk();
    private static readonly InfiniteKernel Pooled =
        Network.Parse("sequence(8x1) conv relu global_avg_pool dense").Ntk();

    private static readonly Matrix X = Samples.Random(200, 8, 1);
    private static readonly Matrix Y = Samples.Random(200, 2, 2);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 200).Select(i => i % 3L)];
    private static readonly GramOptions One = new() { Threads = 1 };
    private static readonly RegressionOptions Ridged = new() { Ridge = Ridge.Absolute(0.1) };

    private static readonly GraphSet Graphs = Paths(30);

    // Graphs go through a compiled program in batches of some hundred vertices.
    private static readonly GraphSet ManyGraphs = Paths(500);

    private static readonly Lazy<KernelRegression> Model = new(() => KernelRegression.Fit(Kernel, X, Y, Ridged));
    private static readonly Lazy<Classification> Classified = new(() =>
        KernelClassifier.Fit(Kernel, X, Labels, Ridged).Predict(X, Uncertainty.Deviation));

    // A Gram matrix is checked in tiles of 256 rows and columns.
    private static readonly Lazy<Matrix> Large = new(() => Kernel.Gram(Samples.Random(600, 8, 6)));
    private static readonly Lazy<FiniteNetwork> Finite = new(() => FiniteNetwork.Create(Kernel.Network, 8, 8, 1));
    private static readonly Lazy<FiniteNetwork> OnGraphs = new(() =>
        FiniteNetwork.Create(Network.Parse("gntk(blocks=1) dense"), 8, 2, 1));

    private static readonly Lazy<GramSupportVectorMachine> Machine = new(() =>
        GramSupportVectorMachine.Fit(Kernel.Gram(X), Labels));

    private static readonly Dictionary<string, Heard.Work> Works = new()
    {
        ["gram of a stationary kernel"] = (heard, stop) =>
            StationaryKernel.Gaussian(1).Gram(X, new() { Progress = heard }, stop),
        ["gram of blocks"] = (heard, stop) =>
            Network.Parse("dense relu").BlockKernel().Gram(X.SelectRows(0, 30), new() { Progress = heard }, stop),
        ["gram of graphs"] = (heard, stop) =>
            OnGraphs.Value.Network.GraphKernel().Gram(ManyGraphs, new() { Progress = heard, Threads = 1 }, stop),
        ["gram of a finite network"] = (heard, stop) =>
            Finite.Value.Ntk().Gram(X, new() { Progress = heard, Threads = 1 }, stop),
        ["cross of a finite network"] = (heard, stop) =>
            Finite.Value.Nngp().Cross(X, X, new() { Progress = heard, Threads = 1 }, stop),
        ["gram of a finite network on graphs"] = (heard, stop) =>
            OnGraphs.Value.GraphKernel().Gram(Graphs, new() { Progress = heard, Threads = 1 }, stop),
        ["diagonal"] = (heard, stop) => Kernel.Diagonal(X, heard, stop),
        ["diagonal of positions"] = (heard, stop) => Pooled.Diagonal(X, heard, stop),
        ["diagonal of blocks"] = (heard, stop) =>
            Network.Parse("dense relu").BlockKernel().Diagonal(X, heard, stop),
        ["diagonal of graphs"] = (heard, stop) =>
            OnGraphs.Value.Network.GraphKernel().Diagonal(ManyGraphs, heard, stop),
        ["diagonal of a finite network"] = (heard, stop) => Finite.Value.Ntk().Diagonal(X, heard, stop),
        ["diagonal of a finite network on graphs"] = (heard, stop) =>
            OnGraphs.Value.GraphKernel().Diagonal(Graphs, heard, stop),
        ["parameters"] = (heard, stop) =>
            FiniteNetwork.Create(Network.Parse("dense relu dense relu dense"), 300, 8, 1, heard, stop),
        ["start of a bottleneck"] = (heard, stop) => BottleneckStart.OfFinite(
            BottleneckNetwork.Of(Network.Parse("dense relu dense bottleneck(width=2) dense erf dense")),
            X, 1, 8, 1, heard, stop),
        ["outputs"] = (heard, stop) => Finite.Value.Outputs(X, heard, stop),
        ["outputs at graphs"] = (heard, stop) => OnGraphs.Value.Outputs(Graphs, heard, stop),
        ["width"] = (heard, stop) => WidthAdvice.Of(
            Network.Parse("dense relu dense"), X.SelectRows(0, 2),
            options: new() { Progress = heard, Threads = 1 }, cancellation: stop),
        ["average"] = (heard, stop) => KernelAverage.Of([1, 2, 3], seed => X, heard, stop),
        ["sum of gradients"] = (heard, stop) => Kernel.SampleGradient().Sum(
            Samples.Random(300, 8, 5), X, Y.Column(0), new() { Progress = heard }, stop),
        ["dynamics at points"] = (heard, stop) => Dynamics(Kernel).At(X, heard, stop),
        ["dynamics at training samples"] = (heard, stop) => Dynamics(Kernel).At(null, heard, stop),
        ["ensemble"] = (heard, stop) => Dynamics(Kernel).At(X).Ensemble(Training.Flow(1), heard, stop),
        ["ensemble of a read-out"] = (heard, stop) =>
            Dynamics(Kernel.Prior).At(X).Ensemble(Training.Flow(1), heard, stop),
        ["spread"] = (heard, stop) => Dynamics(Kernel).At(X).Deviations(Training.Flow(1), heard, stop),
        ["spread of a read-out"] = (heard, stop) =>
            Dynamics(Kernel.Prior).At(X).Deviations(Training.Flow(1), heard, stop),
        ["flow"] = (heard, stop) =>
            Dynamics(Kernel).At().Flow(Loss.Squared, [0.5, 2], 1e-6, 100_000, heard, stop),
        ["samples"] = (heard, stop) => Model.Value.Predict(X, Uncertainty.Covariance)
            .Sample(5, 1, PredictionNoise.Included, heard, stop),
        ["probabilities"] = (heard, stop) =>
            KernelClassifier.Fit(Kernel, X, Labels, Ridged).Predict(X, Uncertainty.Deviation, One)
                .Probabilities(heard, stop),
        ["probabilities of texts"] = (heard, stop) =>
            KernelClassifier.Fit(Kernel, X, Array.ConvertAll(Labels, label => $"class {label}"), Ridged)
                .Predict(X, Uncertainty.Deviation, One).Probabilities(heard, stop),
        ["decisions"] = (heard, stop) => Machine.Value.Decide(Kernel.Gram(X), 1, heard, stop),
        ["votes"] = (heard, stop) => Machine.Value.Predict(Kernel.Gram(X), 1, heard, stop),
        ["sphere"] = (heard, stop) => SphereSpectrum.Of(Kernel, 5, 20, heard, stop),
        ["sphere by series"] = (heard, stop) =>
            SphereSpectrum.Of(Network.Parse("dense tanh dense").Nngp(), 5, 20, heard, stop),
        ["correlations"] = (heard, stop) =>
            BlockPhase.Of(Network.Parse("dense(w=1.5,b=0.1) tanh")).Iterate(0.5, 10, heard, stop),
        ["phase"] = (heard, stop) =>
            BlockPhase.Of(Network.Parse("dense(w=1.5,b=0.1) tanh"), null, heard, stop),
        ["check of a given Gram matrix"] = (heard, stop) => PrecomputedKernel.Of(Large.Value, heard, stop),
        ["alignment"] = (heard, stop) => Spectrum.Of(Kernel, X).Align(Y, default, heard, stop),
    };

    public static TheoryData<string> Names => [.. Works.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_ascends_and_ends_with_one(string work) => Heard.RequireWhole(Works[work]);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_token_stops_the_work_before_and_in_the_middle(string work) => Heard.RequireStopped(Works[work]);

    [Fact]
    public void What_is_known_already_is_done_at_once()
    {
        Classified.Value.Probabilities();
        Heard.RequireEnd(heard => Classified.Value.Probabilities(heard));
    }

    [Fact]
    public void A_kernel_of_another_class_reports_its_end() =>
        Heard.RequireEnd(heard => StationaryKernel.Laplace(1).Diagonal(X, heard));

    [Fact]
    public void The_bits_do_not_depend_on_a_listener()
    {
        Samples.SameBits(Finite.Value.Outputs(X), Finite.Value.Outputs(X, new Heard()));
        Assert.Equal(Pooled.Diagonal(X), Pooled.Diagonal(X, new Heard()));
        var (with, without) = (Dynamics(Kernel).At(X, new Heard()), Dynamics(Kernel).At(X));
        Samples.SameBits(
            without.Ensemble(Training.Flow(1)).Covariance, with.Ensemble(Training.Flow(1), new Heard()).Covariance);
    }

    private static GraphSet Paths(int count) => new(Enumerable.Range(0, count).Select(i =>
        new Graph(Samples.Random(3, 2, i), [[1], [0, 2], [1]])));

    private static TrainingDynamics<Matrix> Dynamics(InfiniteKernel kernel) =>
        TrainingDynamics.Create(kernel, X, Y, new() { Gram = One });
}
