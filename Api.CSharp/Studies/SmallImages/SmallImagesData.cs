using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The scaled images of <see cref="SmallImagesStudy"/>, and the sets of training images.</summary>
internal sealed class SmallImagesData
{
    private readonly Matrix _training;
    private readonly long[] _classes;
    private readonly int[] _labels;
    private readonly int _seed;
    private readonly int _most;

    internal SmallImagesData(LabeledImages training, LabeledImages test, SmallImagesOptions options)
    {
        Shape = Require(training, "training");
        StudyOptions.Require(
            Require(test, "test").Equals(Shape), $"test images of {Shape}, as the training images; came "
                + test.Images.Shape);
        _classes = [.. training.Labels.Distinct().Order()];
        RequireSizes(training, test, options);
        (_seed, _most) = (options.Seed, options.Sizes[^1]);
        _labels = [.. training.Labels.Select(Class)];
        var scale = ChannelScale.Of(training.Images.Rows, Shape.Extents[^1]);
        _training = scale.Apply(training.Images.Rows);
        Test = scale.Apply(test.Images.Rows.SelectRows(0, options.TestImages));
        TestClasses = [.. test.Labels.Take(options.TestImages).Select(Class)];
    }

    /// <summary>The shape of an image.</summary>
    internal SampleShape Shape { get; }

    /// <summary>The scaled test images.</summary>
    internal Matrix Test { get; }

    /// <summary>The numbers of their classes.</summary>
    internal int[] TestClasses { get; }

    /// <summary>The number of classes.</summary>
    internal int Classes => _classes.Length;

    /// <summary>
    /// The training images of a draw. One image of each class follows the other, so that the first n rows are the set
    /// of n, with n/C images of each of C classes, whichever n.
    /// </summary>
    internal (Matrix Rows, int[] Classes) Drawn(int draw)
    {
        var seed = unchecked((_seed * 1_000_003L) + draw);
        var each = _most / Classes;
        int[][] members =
        [
            .. Enumerable.Range(0, Classes).Select(c => Enumerable.Range(0, _labels.Length)
                .Where(i => _labels[i] == c).OrderBy(i => Draws.uniformAt(seed, i)).Take(each).ToArray()),
        ];
        int[] places = [.. Enumerable.Range(0, _most).Select(k => members[k % Classes][k / Classes])];
        return (MatrixProducts.Rows(_training, places), Array.ConvertAll(places, i => _labels[i]));
    }

    private int Class(long label) => Array.IndexOf(_classes, label);

    private static SampleShape Require(LabeledImages images, string role)
    {
        StudyOptions.Require(
            images.Images.Rows.Rows == images.Labels.Count,
            $"a label for each of the {images.Images.Rows.Rows} {role} images, came {images.Labels.Count}");
        StudyOptions.Require(
            images.Images.Shape is { Extents.Count: 3 },
            $"{role} images, as in a file of shape (n, height, width, channels); came rows without positions");
        return images.Images.Shape!;
    }

    private void RequireSizes(LabeledImages training, LabeledImages test, SmallImagesOptions options)
    {
        StudyOptions.Require(Classes >= 2, "at least two classes of training images, came one");
        foreach (var n in options.Sizes)
        {
            StudyOptions.Require(
                n % Classes == 0, $"numbers of training images that are multiples of {Classes}, the number of classes, "
                    + $"came {n}");
        }

        var least = training.Labels.CountBy(label => label).Min(own => own.Value);
        var each = options.Sizes[^1] / Classes;
        StudyOptions.Require(least >= each, $"at least {each} training images of each class, came {least}");
        StudyOptions.Require(
            test.Labels.Count >= options.TestImages,
            $"at least {options.TestImages} test images, came {test.Labels.Count}");
        StudyOptions.Require(
            test.Labels.Take(options.TestImages).All(label => Class(label) >= 0),
            "test images of the classes of the training images");
    }
}
