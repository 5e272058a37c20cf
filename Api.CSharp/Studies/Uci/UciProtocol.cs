namespace HadamardNtk;

/// <summary>
/// The UCI protocol of S. Arora and others, Harnessing the power of infinitely wide deep nets on small-data tasks (ICLR
/// 2020), with tangent kernels. The networks have D = 1, ..., 5 dense layers with relu between them, and the first
/// F = 0, ..., D − 1 of the layers are not trained. D, F, and C or the ridge are chosen by the accuracy on the
/// validation split (the first of equals, in the order D, F, C or ridge ascending). The result is the mean accuracy
/// over the folds.
/// </summary>
public static class UciProtocol
{
    private const int Depths = 5;

    /// <summary>
    /// The network of the protocol. Its first layer has w = √d, so that its kernel is the inner product of rows; the
    /// others have w = 1.
    /// </summary>
    /// <param name="features">d, at least 1.</param>
    /// <param name="depth">D, at least 1.</param>
    /// <param name="fixedLayers">F, from 0 to D − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the numbers is outside its range.</exception>
    public static Network Network(int features, int depth, int fixedLayers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(fixedLayers);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fixedLayers, depth);
        var network = HadamardNtk.Network.Input.Dense(Math.Sqrt(features), trained: fixedLayers == 0);
        for (var layer = 1; layer < depth; layer++)
        {
            network = network.Relu().Dense(trained: layer >= fixedLayers);
        }

        return network;
    }

    /// <summary>Runs the protocol on a data set.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="classifier">The classifier.</param>
    /// <param name="options">Backend, threads, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="NotPositiveDefiniteException">
    /// A kernel with its ridge is not positive definite, since it is 0 at every row.
    /// </exception>
    /// <exception cref="ArithmeticException">A support vector machine did not reach its tolerance.</exception>
    public static UciResult Run(
        UciData data,
        UciClassifier classifier = UciClassifier.SupportVectors,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        var layers = Networks.ToArray();
        InfiniteKernel Kernel(int k) => Network(data.X.Columns, layers[k].Depth, layers[k].Fixed).Ntk();
        var best = Choose(data, Kernel, layers.Length, classifier, options, cancellation);
        var (depth, fixedLayers) = layers[best.Index];
        return new(best.Folds.Average(), best.Validation, depth, fixedLayers, best.Regularization)
        {
            FoldAccuracies = best.Folds,
        };
    }

    /// <summary>
    /// Runs the protocol on a data set with other networks: the network, and C or the ridge, are chosen by the accuracy
    /// on the validation split, the first of equals.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="networks">The networks, at least one. They see rows x by x·x′/d.</param>
    /// <param name="classifier">The classifier.</param>
    /// <param name="kind">Which of their kernels.</param>
    /// <param name="options">Backend, threads, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There is no network.</exception>
    /// <exception cref="NetworkRefusedException">A network has no kernel.</exception>
    /// <inheritdoc cref="Run(UciData, UciClassifier, GramOptions?, CancellationToken)" path="/*[not(self::param)]"/>
    public static UciNetworkResult Run(
        UciData data,
        IReadOnlyList<Network> networks,
        UciClassifier classifier = UciClassifier.SupportVectors,
        KernelKind kind = KernelKind.Ntk,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(networks);
        InfiniteKernel[] kernels = networks.Count > 0
            ? [.. networks.Select(network => network.Kernel(kind))]
            : throw new ArgumentException("Expected at least one network; there is none.", nameof(networks));
        var best = Choose(data, k => kernels[k], kernels.Length, classifier, options, cancellation);
        return new(
            best.Folds.Average(), best.Validation, networks[best.Index], best.Regularization, best.Folds);
    }

    private static Chosen Choose(
        UciData data,
        Func<int, InfiniteKernel> kernel,
        int count,
        UciClassifier classifier,
        GramOptions? options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        var (predict, regularizations) = UciGrids.Of(classifier);
        var quiet = options with { Progress = null };
        PrecomputedKernel Gram(int k) =>
            PrecomputedKernel.Of(kernel(k).Gram(data.X, quiet, cancellation), quiet.Workers(cancellation));
        var (best, regularization, right) = (-1, 0.0, -1);
        for (var k = 0; k < count; k++)
        {
            var kernels = new SplitKernels(data, Gram(k), data.Validation);
            var predicted = predict(kernels, regularizations, quiet, cancellation);
            foreach (var (tried, labels) in regularizations.Zip(predicted))
            {
                var found = Right(labels, kernels);
                (best, regularization, right) = found > right ? (k, tried, found) : (best, regularization, right);
            }

            // Progress has one step for each network, and one for the folds.
            options.Progress?.Report((k + 1) / (count + 1.0));
        }

        var gram = Gram(best);
        double[] folds = [.. data.Folds.Select(fold =>
        {
            var kernels = new SplitKernels(data, gram, fold);
            var labels = predict(kernels, [regularization], quiet, cancellation).Single();
            return Metrics.Accuracy(labels, kernels.Truth);
        })];
        options.Progress?.Report(1);
        return new(best, regularization, 100.0 * right / data.Validation.Test.Count, folds);
    }

    private static IEnumerable<(int Depth, int Fixed)> Networks =>
        from depth in Enumerable.Range(1, Depths)
        from fixedLayers in Enumerable.Range(0, depth)
        select (depth, fixedLayers);

    private static int Right(long[] labels, SplitKernels kernels) =>
        labels.Zip(kernels.Truth).Count(pair => pair.First == pair.Second);

    private sealed record Chosen(int Index, double Regularization, double Validation, IReadOnlyList<double> Folds);
}
