namespace HadamardNtk;

/// <summary>
/// Classification of images from few training images by kernel regression: the experiment with CIFAR-10 of Arora, Du,
/// Li, Salakhutdinov, Wang and Yu, Harnessing the power of infinitely wide deep nets on small-data tasks (2020), with
/// kernels of convolutional, polynomial and dense networks.
/// </summary>
/// <remarks>
/// <para>Each draw has n/C training images of each of C classes, and its smaller sets are parts of its greater ones.
/// Channels are scaled to mean 0 and deviation 1 by all given training images. Regression is on one-hot targets less
/// 1/C, with a small ridge that no data chooses; the class is the greatest of the C predictions.</para>
/// <para>The accuracies depend on the images and the options alone.</para>
/// </remarks>
public static class SmallImagesStudy
{
    private const int CifarClasses = 10;

    private static readonly SampleShape Cifar = SampleShape.Image(32, 32, 3);

    /// <summary>Runs the study.</summary>
    /// <param name="training">The images that training images are drawn from, with at least two classes.</param>
    /// <param name="test">The test images, of the same shape and classes.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The options or the images make no experiment.</exception>
    /// <exception cref="NetworkRefusedException">A network cannot read images of this shape.</exception>
    /// <exception cref="NotPositiveDefiniteException">The ridge is too small for a kernel.</exception>
    /// <exception cref="OutputException">
    /// The folder for kernels cannot be written, or has those of other images or options.
    /// </exception>
    public static StudyResult Run(
        LabeledImages training,
        LabeledImages test,
        SmallImagesOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(test);
        options ??= new();
        options.Require();
        var data = new SmallImagesData(training, test, options);
        List<SmallImagesRun> runs = [];
        foreach (var network in options.Networks)
        {
            var done = runs.Count;
            runs.Add(SmallImagesRun.Of(
                network,
                data,
                options,
                part => progress?.Report((done + part) / options.Networks.Count),
                cancellation));
        }

        var report = new SmallImagesReport(options, runs, Published(data, options));
        return new()
        {
            Name = "small-images",
            Title = $"Few training images: {options.DataName}",
            Summary =
                "How well do kernels of infinitely wide networks classify images when there are only a few of each "
                + "class to learn from? Kernel regression with convolutional networks, with products of them, and with "
                + "dense networks that read an image as one row.",
            Seed = options.Seed,
            Parameters = Parameters(training, data, options),
            Claims = report.Claims,
            Tables = report.Tables,
            Charts = report.Charts,
        };
    }

    // The published accuracies are of images of this shape with ten classes.
    private static PublishedSmallImages[] Published(SmallImagesData data, SmallImagesOptions options) =>
        data.Shape.Equals(Cifar) && data.Classes == CifarClasses
            ? [.. PublishedSmallImages.All.Where(known => options.Sizes.Any(n => known.At(n) is not null))]
            : [];

    private static StudyParameter[] Parameters(
        LabeledImages training, SmallImagesData data, SmallImagesOptions options) =>
    [
        new("images", $"{data.Shape}, {data.Classes} classes"),
        new("training images drawn from", $"{training.Labels.Count}"),
        new("preprocessing", "each channel to mean 0 and deviation 1 by these"),
        new("test images", $"{options.TestImages}"),
        new("draws", $"{options.Draws}, each n contained in the next"),
        new("method", "kernel regression on one-hot targets less 1/C"),
        new("ridge", StudyNumbers.Text(options.Ridge.Value)
            + (options.Ridge.IsRelative ? " of the mean of the diagonal" : "")),
        new("precision", $"{options.Gram.Precision}"),
        .. options.Networks.Select(network => new StudyParameter(network.Name, network.Notation)),
    ];
}
