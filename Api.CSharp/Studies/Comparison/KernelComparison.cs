namespace HadamardNtk;

/// <summary>
/// Compares kernels by repeated cross-validation: the samples are cut into folds, once for each seed, and every kernel
/// is fitted without each fold and scored on it. All kernels have the same folds. Folds of labels have each class in
/// equal parts.
/// </summary>
/// <example><code>
/// var networks = new[] { "dense relu dense", "dense erf dense" }.Select(net => StudyNetwork.Parse(net, net));
/// var compared = KernelComparison.Run([.. networks], x, y, new() { Folds = 10, Seeds = 3 });
/// Console.WriteLine(compared.ToText(ComparisonFormat.Latex));
/// </code></example>
public static class KernelComparison
{
    /// <summary>Compares kernels by the root mean square error of regressions.</summary>
    /// <param name="networks">The networks, of different names.</param>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="y">Targets, n × C.</param>
    /// <param name="options">Folds, seeds, kernels and ridges; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The options, samples or targets cannot be used; the message says which.
    /// </exception>
    /// <exception cref="KernelUndefinedException">A kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">
    /// A ridge leaves K + r I singular, or in every one of several; raise it. Or a prediction is not finite.
    /// </exception>
    public static ComparisonResult Run(
        IReadOnlyList<StudyNetwork> networks,
        Matrix x,
        Matrix y,
        ComparisonOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Run(networks, x, new TargetTask(y), options ?? new(), cancellation);
    }

    /// <summary>Compares kernels by the accuracy of classifiers, which are regressions on one-hot targets.</summary>
    /// <param name="networks">The networks, of different names.</param>
    /// <param name="x">Samples, one a row.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Folds, seeds, kernels and ridges; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc
    /// cref="Run(IReadOnlyList{StudyNetwork}, Matrix, Matrix, ComparisonOptions, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public static ComparisonResult Run(
        IReadOnlyList<StudyNetwork> networks,
        Matrix x,
        long[] labels,
        ComparisonOptions? options = null,
        CancellationToken cancellation = default) =>
        Run(networks, x, new LabelTask(labels), options ?? new(), cancellation);

    /// <summary>The places of the samples in the order in which they are dealt to the folds.</summary>
    internal static int[] Order(int count, long seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)(Core.Draws.uniformAt(seed, i) * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ComparisonResult Run(
        IReadOnlyList<StudyNetwork> networks,
        Matrix x,
        ComparisonTask task,
        ComparisonOptions options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(x);
        StudyOptions.RequireNames(networks);
        options.Require(x.Rows);
        TrainingData.RequireFiniteSamples(x);
        task.Require(x.Rows);
        var splits = Splits(task, x.Rows, options).ToArray();
        var all = (
            from network in networks
            from kind in options.Kernels
            select (network, Kernel: network.Network.Kernel(kind))).ToArray();
        var entries = new List<ComparedKernel>();
        foreach (var (network, kernel) in all)
        {
            var source = new FoldKernels(kernel, x, options, cancellation);
            var scores = new List<FoldScore>();
            foreach (var split in splits)
            {
                cancellation.ThrowIfCancellationRequested();
                var (train, cross) = source.Of(split);
                var fold = FoldFit.Of(train, cross, task, split, options, cancellation);
                scores.Add(new(split.Seed, split.Fold, fold.Ridge, task.Score(fold.Predicted, split.Test)));
                var done = (entries.Count * splits.Length) + scores.Count;
                options.Gram.Progress?.Report(done / (double)(all.Length * splits.Length));
            }

            entries.Add(new(network.Name, network.Network.ToString(), kernel.Kind, scores.AsReadOnly()));
        }

        return new(task.Metric, x.Rows, options.Folds, options.Seeds, entries.AsReadOnly());
    }

    private static IEnumerable<Split> Splits(ComparisonTask task, int count, ComparisonOptions options) =>
        from seed in Enumerable.Range(0, options.Seeds).Select(k => options.FirstSeed + k)
        let order = task.Dealt(Order(count, seed))
        from fold in Enumerable.Range(0, options.Folds)
        select new Split(
            seed, fold,
            [.. DealtFolds.Others(order, options.Folds, fold).Order()],
            [.. DealtFolds.Of(order, options.Folds, fold).Order()]);
}
