using System.Diagnostics;

namespace HadamardNtk;

/// <summary>The accuracies of one kernel.</summary>
/// <param name="Network">The kernel.</param>
/// <param name="Accuracies">The accuracy in percent, by draw and by size.</param>
/// <param name="Pairs">The number of pairs of images whose kernels were computed.</param>
/// <param name="Seconds">The time of the kernels and regressions.</param>
internal sealed record SmallImagesRun(ImageNetwork Network, double[][] Accuracies, long Pairs, double Seconds)
{
    /// <summary>The mean over the draws.</summary>
    internal double Mean(int size) => Accuracies.Average(draw => draw[size]);

    /// <summary>The deviation of a draw, with one draw NaN.</summary>
    internal double Deviation(int size) => Accuracies.Length < 2
        ? double.NaN
        : Math.Sqrt(Accuracies.Sum(draw => Math.Pow(draw[size] - Mean(size), 2)) / (Accuracies.Length - 1));

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
        var (clock, kernel) = (Stopwatch.StartNew(), network.KernelOf(data.Shape));
        List<double[]> accuracies = [];
        for (var draw = 0; draw < options.Draws; draw++)
        {
            var (done, (rows, classes)) = (draw, data.Drawn(draw));
            var kernels = new SmallImagesKernels(network, kernel, draw, options);
            var (gram, cross) = kernels.Of(
                rows, data.Test, part => progress((done + part) / options.Draws), cancellation);
            accuracies.Add(
                [.. options.Sizes.Select(n => Accuracy(n, gram, cross, classes, data, options, cancellation))]);
        }

        long most = options.Sizes[^1];
        var pairs = options.Draws * ((most * (most + 1) / 2) + (most * data.Test.Rows));
        return new(network, [.. accuracies], pairs, clock.Elapsed.TotalSeconds);
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
        var targets = new double[n * data.Classes];
        Array.Fill(targets, -1.0 / data.Classes);
        for (var i = 0; i < n; i++)
        {
            targets[(i * data.Classes) + classes[i]] += 1;
        }

        int[] first = [.. Enumerable.Range(0, n)];
        var part = SubMatrix.Of(gram, first, first);
        var weights = new RidgeSystem(part, options.Ridge.For(part), workers)
            .Solve(Matrix.Wrap(targets, n, data.Classes), workers);
        int[] all = [.. Enumerable.Range(0, cross.Rows)];
        var predicted = MatrixProducts.Times(SubMatrix.Of(cross, all, first), weights, workers);
        return 100.0 * all.Count(i => Greatest(predicted.Row(i)) == data.TestClasses[i]) / all.Length;
    }

    private static int Greatest(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var c = 1; c < values.Length; c++)
        {
            best = values[c] > values[best] ? c : best;
        }

        return best;
    }
}
