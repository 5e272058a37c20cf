namespace HadamardNtk;

/// <summary>The options of <see cref="SmallImagesStudy"/>.</summary>
public sealed record SmallImagesOptions
{
    /// <summary>
    /// n, the numbers of training images, increasing multiples of the number of classes. In a draw the smaller sets
    /// are parts of the greater ones.
    /// </summary>
    public IReadOnlyList<int> Sizes { get; init; } = [10, 20, 40];

    /// <summary>The number of draws of training images, at least 1.</summary>
    public int Draws { get; init; } = 2;

    /// <summary>The number of test images, the first ones of those given; at least 1.</summary>
    public int TestImages { get; init; } = 100;

    /// <summary>The kernels, of different names.</summary>
    public IReadOnlyList<ImageNetwork> Networks { get; init; } =
        [ImageNetwork.Pooled(5), ImageNetwork.Flattened(5), ImageNetwork.DenseNtk, ImageNetwork.DenseNngp];

    /// <summary>
    /// The ridge of the regressions. The smallest that float32 kernels bear, 1e-5 of the mean of the diagonal, is no
    /// part of the model, and is not chosen by data.
    /// </summary>
    public Ridge Ridge { get; init; } = Ridge.Relative(1e-5);

    /// <summary>How kernels are computed; in float32 unless set.</summary>
    public GramOptions Gram { get; init; } = new() { Precision = Precision.Float32 };

    /// <summary>
    /// The folder that keeps the kernels of each draw as .npy files, so that a study that was interrupted goes on where
    /// it was; null, the default, keeps none. Files of other images or options there are an error.
    /// </summary>
    public string? KernelFolder { get; init; }

    /// <summary>The name of the images in the report.</summary>
    public string DataName { get; init; } = "given images";

    /// <summary>What the training images are drawn from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The sizes of the published experiment, more draws, test images and networks.</summary>
    public static SmallImagesOptions Full { get; } = new()
    {
        Sizes = [10, 20, 40, 80, 160, 320],
        Draws = 5,
        TestImages = 1000,
        Networks =
        [
            ImageNetwork.Pooled(5), ImageNetwork.Pooled(8), ImageNetwork.Pooled(14), ImageNetwork.Myrtle,
            ImageNetwork.Product, ImageNetwork.Ccp, ImageNetwork.Flattened(5), ImageNetwork.DenseNtk,
            ImageNetwork.DenseNngp,
        ],
    };

    /// <summary>Fails if the options make no experiment.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Require()
    {
        StudyOptions.Require(
            Sizes is { Count: > 0 } && Sizes[0] >= 1 && Sizes.Zip(Sizes.Skip(1)).All(p => p.First < p.Second),
            "increasing numbers of training images from 1 on");
        StudyOptions.Require(Draws >= 1, $"at least 1 draw, came {Draws}");
        StudyOptions.Require(TestImages >= 1, $"at least 1 test image, came {TestImages}");
        StudyOptions.Require(Networks is { Count: > 0 }, "at least one network");
        StudyOptions.Require(
            Networks.Select(network => network.Name).Distinct().Count() == Networks.Count,
            "networks of different names");
    }
}
