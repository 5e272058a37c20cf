namespace HadamardNtk;

/// <summary>The accuracies of one kernel.</summary>
/// <param name="Network">The kernel.</param>
/// <param name="Accuracies">The accuracy in percent, by draw and by size.</param>
/// <param name="Pairs">The number of pairs of images in matrices that were computed whole.</param>
/// <param name="Seconds">The time of these matrices.</param>
internal sealed record SmallImagesRun(ImageNetwork Network, double[][] Accuracies, long Pairs, double Seconds)
{
    /// <summary>The mean and the deviation over the draws.</summary>
    internal SampleMean Of(int size) => SampleMean.Of(Accuracies.Select(draw => draw[size]));

    /// <summary>The mean over the draws.</summary>
    internal double Mean(int size) => Of(size).Mean;

    /// <summary>The gain of each draw from its least number of training images to its greatest.</summary>
    internal SampleMean Rise => SampleMean.Of(Accuracies.Select(draw => draw[^1] - draw[0]));

    /// <summary>The gain over another kernel on the same draws, at the greatest number of training images.</summary>
    internal SampleMean Over(SmallImagesRun other) =>
        SampleMean.Of(Accuracies.Zip(other.Accuracies, (own, others) => own[^1] - others[^1]));

    /// <summary>
    /// Kernels of the greatest set of each draw, of which the smaller sets are parts, and of the test images with it.
    /// A union of draws would take more pairs: it has n² D²/2 pairs of training images where draws have n² D/2.
    /// </summary>
    internal static SmallImagesRun Of(
        ImageNetwork network,
        SmallImagesData data,
        SmallImagesOptions options,
        Action<double> progress,
        CancellationToken cancellation)
    {
        var kernel = network.KernelOf(data.Shape);
        var (pairs, seconds) = (0L, 0.0);
        List<double[]> accuracies = [];
        for (var draw = 0; draw < options.Draws; draw++)
        {
            var (done, (rows, classes)) = (draw, data.Drawn(draw));
            var kernels = new SmallImagesKernels(network, kernel, draw, options);
            var (gram, cross) = kernels.Of(
                rows, data.Test, part => progress((done + part) / options.Draws), cancellation);
            (pairs, seconds) = (pairs + kernels.Pairs, seconds + kernels.Seconds);
            accuracies.Add(
                [.. options.Sizes.Select(n => Accuracy(n, gram, cross, classes, data, options, cancellation))]);
        }

        return new(network, [.. accuracies], pairs, seconds);
    }

    /// <summary>
    /// Kernel regression on one-hot targets less 1/C, A = (K + r I)⁻¹ Y of the first n images. The class of a test
    /// image is the greatest of its C predictions.
    /// </summary>
    private static double Accuracy(
        int n,
        Matrix gram,
        Matrix cross,
        int[] classes,
        SmallImagesData data,
        SmallImagesOptions options,
        CancellationToken cancellation)
    {
        var workers = options.Gram.Workers(cancellation);
        var targets = OneHot.Targets([.. classes.Take(n).Select(c => (long)c)], OneHot.Places(data.Classes));
        int[] first = [.. Enumerable.Range(0, n)];
        var part = SubMatrix.Of(gram, first, first);
        var weights = new RidgeSystem(part, options.Ridge.For(part), workers, options.Gram.Dense)
            .Solve(targets, workers);
        int[] all = [.. Enumerable.Range(0, cross.Rows)];
        var predicted = MatrixProducts.Times(SubMatrix.Of(cross, all, first), weights, workers);
        return 100.0 * OneHot.Classes(predicted).Zip(data.TestClasses).Count(pair => pair.First == pair.Second)
            / all.Length;
    }
}
