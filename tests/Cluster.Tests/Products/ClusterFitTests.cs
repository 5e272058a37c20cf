using Xunit;

namespace HadamardNtk.Cluster.Tests.Products;

/// <summary>Regressions whose rows of K workers share have the same bits for all workers.</summary>
[Collection(nameof(LocalCluster))]
public class ClusterFitTests
{
    private const string Deep = "(dense(w=1.41421356) relu)^3 dense";

    private static readonly InfiniteKernel Ntk = Network.Parse(Deep).Ntk();
    private static readonly Matrix X = Samples.Random(500, 6, 1);
    private static readonly Matrix Y = Samples.Random(500, 2, 2);

    private static readonly RegressionOptions Options = new()
    {
        Ridge = Ridge.Relative(1e-3),
        CenterTargets = true,
        Solver = new ConjugateGradientSolver { Rank = 40, Tolerance = 1e-10 },
    };

    [Theory]
    [InlineData(1, GramStorage.Automatic, long.MaxValue)]
    [InlineData(2, GramStorage.Float64, 700_000)]
    [InlineData(3, GramStorage.None, 0)]
    public async Task The_weights_have_the_bits_of_one_process_with_products_of_whole_rows(
        int workers, GramStorage storage, long memory)
    {
        await using var cluster = await Start(workers, memory);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        var expected = KernelRegression.Fit(new WholeRows(Ntk), X, Y, With(GramStorage.None));
        var fitted = shared.Fit(X, Y, With(storage));
        Assert.Equal(expected.Weights.ToArray(), fitted.Weights.ToArray());
        Assert.Equal(expected.Solution.Iterations, fitted.Solution.Iterations);
        Assert.Equal(expected.TargetMeans, fitted.TargetMeans);
        Assert.InRange(fitted.Solution.Residual!.Value, 0, 1e-10);
        var alone = KernelRegression.Fit(Ntk, X, Y, Options);
        Assert.All(alone.Weights.Data.Zip(fitted.Weights.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Empty(shared.WrongWorkers);
    }

    [Fact]
    public async Task Rows_in_float32_give_the_same_bits_for_all_workers_and_are_refined_in_float64()
    {
        Matrix? first = null;
        foreach (var (workers, memory) in new[] { (1, long.MaxValue), (2, 0L) })
        {
            await using var cluster = await Start(workers, memory);
            await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
            var fitted = shared.Fit(X, Y, With(GramStorage.Float32));
            Assert.InRange(fitted.Solution.Residual!.Value, 0, 1e-10);
            Assert.Equal((first ??= fitted.Weights).ToArray(), fitted.Weights.ToArray());
        }
    }

    [Fact]
    public async Task A_fit_goes_on_from_its_checkpoint_to_the_same_bits_on_another_cluster()
    {
        using var folder = new Folder();
        var options = Options with { Solver = new ConjugateGradientSolver { Rank = 0, Tolerance = 1e-10 } };
        var expected = KernelRegression.Fit(
            new WholeRows(Ntk), X, Y, options with { Solver = (ConjugateGradientSolver)options.Solver with { Storage = GramStorage.None } });
        var kept = (ConjugateGradientSolver)options.Solver with
        {
            Checkpoint = folder.Place("fit.checkpoint"),
            CheckpointSteps = 3,
            Resume = true,
        };
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var interrupted = kept with { Progress = new Direct(now => { if ((steps = now.Iterations) == 7) { stop.Cancel(); } }) };
        await using (var cluster = await Start(2, long.MaxValue))
        {
            await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
            Assert.ThrowsAny<OperationCanceledException>(() => shared.Fit(X, Y, options with { Solver = interrupted }, stop.Token));
            Assert.Equal(7, steps);
            Assert.Equal(["fit.checkpoint"], folder.Names());
        }

        await using (var cluster = await Start(1, 0))
        {
            await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
            var other = Assert.Throws<OutputException>(
                () => shared.Fit(X, Samples.Random(500, 2, 3), options with { Solver = kept }));
            Assert.Contains("targets", other.Message);
            var least = int.MaxValue;
            var seen = kept with { Progress = new Direct(now => least = now.Iterations > 0 ? Math.Min(least, now.Iterations) : least) };
            var fitted = shared.Fit(X, Y, options with { Solver = seen });
            Assert.Equal(7, least);
            Assert.Equal(expected.Weights.ToArray(), fitted.Weights.ToArray());
            Assert.Equal(expected.Solution.Iterations, fitted.Solution.Iterations);
        }
    }

    [Theory]
    [InlineData(500, 0, 0)]
    [InlineData(40, 0, 0)]
    [InlineData(40, 1 << 24, 0)]
    public async Task Falkon_has_the_same_bits_for_all_workers_and_the_predictions_of_one_process(
        int centers, long kept, long rounded)
    {
        var solver = new FalkonSolver
        {
            Centers = centers,
            Tolerance = 1e-10,
            KeptNumbers = kept,
            RoundedNumbers = rounded,
        };
        var options = Options with { Solver = solver };
        var (alone, more) = (KernelRegression.Fit(Ntk, X, Y, options), Samples.Random(50, 6, 7));
        Matrix? first = null;
        foreach (var (workers, memory) in new[] { (1, long.MaxValue), (2, 0L) })
        {
            await using var cluster = await Start(workers, memory);
            await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
            var fitted = shared.Fit(X, Y, options);
            Assert.Equal((first ??= fitted.Weights).ToArray(), fitted.Weights.ToArray());
            Assert.Equal(alone.Solution.Rank, fitted.Solution.Rank);
            Assert.All(
                alone.Predict(more).Mean.Data.Zip(fitted.Predict(more).Mean.Data),
                pair => Assert.Equal(pair.First, pair.Second, 1e-6));
            Assert.Empty(shared.WrongWorkers);
        }
    }

    [Fact]
    public async Task Fits_of_the_same_samples_at_once_have_the_bits_of_one_alone()
    {
        await using var cluster = await Start(2, long.MaxValue);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        var expected = shared.Fit(X, Y, Options).Weights.ToArray();
        var fits = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => shared.Fit(X, Y, Options))));
        Assert.All(fits, fitted => Assert.Equal(expected, fitted.Weights.ToArray()));
    }

    [Fact]
    public async Task A_worker_that_was_wrong_in_the_first_stage_of_a_fit_is_named_at_its_end()
    {
        using var spoilt = new ManualResetEventSlim();
        var good = new ClusterWorkerOptions { Threads = 1, Spoil = _ => LocalCluster.Wait(spoilt, "a spoilt band") };
        await using var cluster = await LocalCluster.Start(0, good, good with { Spoil = Spoil });
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        var options = Options with { Solver = new FalkonSolver { Centers = 150, KeptNumbers = 0, RoundedNumbers = 0 } };
        shared.Fit(X, Y, options);
        Assert.Single(shared.WrongWorkers);
        shared.Gram(X);
        Assert.Empty(shared.WrongWorkers);

        // The first band is one of the pivots' columns. Tiles between the centers come next, and are right.
        void Spoil(Memory<byte> bytes)
        {
            if (!spoilt.IsSet)
            {
                bytes.Span[3] ^= 1;
                spoilt.Set();
            }
        }
    }

    [Fact]
    public async Task Falkon_computes_in_float64_whatever_the_precision_of_the_options()
    {
        await using var cluster = await Start(1, long.MaxValue);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        var options = Options with { Solver = new FalkonSolver { Centers = 40, KeptNumbers = 0, RoundedNumbers = 0 } };
        var single = options with { Gram = new() { Precision = Precision.Float32 } };
        Assert.Equal(shared.Fit(X, Y, options).Weights.ToArray(), shared.Fit(X, Y, single).Weights.ToArray());
    }

    [Fact]
    public async Task A_worker_that_leaves_in_the_middle_of_a_fit_changes_no_bit()
    {
        await using var cluster = await Start(1, long.MaxValue);
        using var stop = new CancellationTokenSource();
        var leaving = await LocalCluster.Join(cluster.Options, new() { Threads = 1 }, stop.Token);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        var solver = (ConjugateGradientSolver)Options.Solver with
        {
            Progress = new Direct(now => { if (now.Iterations == 4) { stop.Cancel(); } }),
        };
        var fitted = shared.Fit(X, Y, Options with { Solver = solver });
        await LocalCluster.Within(leaving, "the worker that leaves");
        Assert.Equal(
            KernelRegression.Fit(new WholeRows(Ntk), X, Y, With(GramStorage.None)).Weights.ToArray(), fitted.Weights.ToArray());
    }

    [Fact]
    public async Task Predictions_have_the_bits_of_one_process()
    {
        await using var cluster = await Start(2, 0);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        var options = Options with { Center = true, Unit = true, Solver = Solver.Cholesky };
        var (model, more) = (KernelRegression.Fit(Ntk, X, Y, options), Samples.Random(1100, 6, 7));
        Assert.Equal(model.Predict(more).Mean.ToArray(), shared.Predict(model, more).Mean.ToArray());
        var classifier = KernelClassifier.Fit(Ntk, X, [.. Enumerable.Range(0, 500).Select(i => (long)(i % 3))], options);
        Assert.Equal(classifier.Predict(more).Labels, shared.Predict(classifier, more).Labels);
        Assert.Throws<ArgumentException>(
            () => shared.Predict(KernelRegression.Fit(Network.Parse(Deep).Nngp(), X, Y, options), more));
    }

    [Fact]
    public async Task Classifiers_are_regressions_on_their_classes()
    {
        await using var cluster = await Start(1, long.MaxValue);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        string[] names = [.. Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? "even" : "odd")];
        var texts = shared.Fit(X, names, Options);
        var numbers = shared.Fit(X, [.. names.Select(name => name == "odd" ? 1L : 0)], Options);
        Assert.Equal(texts.Regression.Weights.ToArray(), numbers.Regression.Weights.ToArray());
        Assert.Equal(names[..20], texts.Predict(X.SelectRows(0, 20)).Labels);
    }

    [Fact]
    public async Task Other_solvers_and_files_are_refused()
    {
        await using var cluster = await Start(1, 0);
        await using var shared = await ClusterKernel.ConnectAsync(Ntk, cluster.Options);
        Assert.Contains("Cholesky", Assert.Throws<ArgumentException>(
            () => shared.Fit(X, Y, Options with { Solver = Solver.Cholesky })).Message);
        Assert.Contains("file", Assert.Throws<ArgumentException>(() => shared.Fit(X, Y, With(GramStorage.File))).Message);
        Assert.Contains("checkpoint", Assert.Throws<ArgumentException>(() => shared.Fit(
            X, Y, Options with { Solver = new ConjugateGradientSolver { Resume = true } })).Message);
    }

    private static RegressionOptions With(GramStorage storage) =>
        Options with { Solver = (ConjugateGradientSolver)Options.Solver with { Storage = storage } };

    private static Task<LocalCluster> Start(int workers, long memory) => LocalCluster.Start(
        0, [.. Enumerable.Repeat(new ClusterWorkerOptions { Threads = 1, Memory = memory }, workers)]);

    /// <summary>The kernel of one process, with products of whole rows in the place of a symmetric matrix.</summary>
    private sealed class WholeRows(InfiniteKernel kernel) : RowKernel
    {
        public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
            kernel.Gram(x, options, cancellation);

        public override Matrix Cross(
            Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default) =>
            kernel.Cross(x, other, options, cancellation);

        public override double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
            kernel.Diagonal(x, cancellation);

        public override Matrix Multiply(
            Matrix x, Matrix v, Matrix? other = null, GramOptions? options = null, CancellationToken cancellation = default) =>
            kernel.Multiply(x, v, other ?? ProductTests.Copy(x), options, cancellation);
    }

    private sealed class Direct(Action<SolverProgress> report) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => report(value);
    }
}
