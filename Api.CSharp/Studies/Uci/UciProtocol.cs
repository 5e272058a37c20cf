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
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        var (predict, regularizations) = UciGrids.Of(classifier);
        var quiet = options with { Progress = null };
        var (best, right) = (default(Candidate), -1);
        foreach (var (depth, fixedLayers) in Networks)
        {
            var kernels = new SplitKernels(data, Gram(data, depth, fixedLayers, quiet, cancellation), data.Validation);
            var predicted = predict(kernels, regularizations, quiet, cancellation);
            foreach (var (regularization, labels) in regularizations.Zip(predicted))
            {
                var count = Right(labels, kernels);
                (best, right) = count > right ? (new(depth, fixedLayers, regularization), count) : (best, right);
            }

            options.Progress?.Report(Part(depth, fixedLayers));
        }

        var accuracy = FoldAccuracy(data, best, predict, quiet, cancellation);
        options.Progress?.Report(1);
        return new(accuracy, 100.0 * right / data.Validation.Test.Count, best.Depth, best.Fixed, best.Regularization);
    }

    private static IEnumerable<(int Depth, int Fixed)> Networks =>
        from depth in Enumerable.Range(1, Depths)
        from fixedLayers in Enumerable.Range(0, depth)
        select (depth, fixedLayers);

    private static PrecomputedKernel Gram(
        UciData data, int depth, int fixedLayers, GramOptions options, CancellationToken cancellation) =>
        PrecomputedKernel.Of(Network(data.X.Columns, depth, fixedLayers).Ntk().Gram(data.X, options, cancellation));

    private static int Right(long[] labels, SplitKernels kernels) =>
        labels.Zip(kernels.Truth).Count(pair => pair.First == pair.Second);

    private static double FoldAccuracy(
        UciData data, Candidate best, UciGrid predict, GramOptions options, CancellationToken cancellation)
    {
        var gram = Gram(data, best.Depth, best.Fixed, options, cancellation);
        return data.Folds.Average(fold =>
        {
            var kernels = new SplitKernels(data, gram, fold);
            var labels = predict(kernels, [best.Regularization], options, cancellation).Single();
            return Metrics.Accuracy(labels, kernels.Truth);
        });
    }

    // Progress has one step for each network, and one for the folds.
    private static double Part(int depth, int fixedLayers) =>
        (depth * (depth - 1) / 2 + fixedLayers + 1) / (Depths * (Depths + 1) / 2 + 1.0);

    private readonly record struct Candidate(int Depth, int Fixed, double Regularization);
}
