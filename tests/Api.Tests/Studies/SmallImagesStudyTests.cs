using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

public class SmallImagesStudyTests
{
    private static readonly LabeledImages Training = Images(60, 1);
    private static readonly LabeledImages Test = Images(20, 2);

    private static readonly SmallImagesOptions Small = new()
    {
        Sizes = [3, 6, 15],
        Draws = 3,
        TestImages = 18,
        Networks = [.. SmallImagesOptions.Full.Networks.Where(network => network.Name is not ("conv 8 pool" or "conv 14 pool"))],
    };

    private static readonly LabeledImages Faint = Images(60, 1, 0.5);
    private static readonly LabeledImages FaintTest = Images(20, 2, 0.5);
    private static readonly Lazy<StudyResult> Result = new(() => SmallImagesStudy.Run(Faint, FaintTest, Small));

    [Fact]
    public void Accuracies_depend_on_the_options_and_the_seed_alone()
    {
        // Faint images, so that the accuracy is between chance and certainty.
        var first = Numbers(Small);
        Assert.Equal(first, Numbers(Small));
        Assert.NotEqual(first, Numbers(Small with { Seed = 2 }));
        Assert.Contains(first, x => x is > 34.0 and < 99.0);
        object?[] Numbers(SmallImagesOptions options) =>
            [.. Table(SmallImagesStudy.Run(Faint, FaintTest, options), "draws").Rows.SelectMany(row => row)];
    }

    [Fact]
    public void Sets_of_a_draw_are_balanced_and_the_smaller_ones_parts_of_the_greater()
    {
        var data = new SmallImagesData(Training, Test, Small);
        var (rows, classes) = data.Drawn(0);
        Assert.Equal((15, 48), (rows.Rows, rows.Columns));
        Assert.All(Small.Sizes, n => Assert.All(classes.Take(n).CountBy(c => c), own => Assert.Equal(n / 3, own.Value)));
        Assert.Equal(15, Enumerable.Range(0, 15).Select(i => string.Join(' ', rows.Row(i).ToArray())).Distinct().Count());
        Assert.NotEqual(rows.ToArray(), data.Drawn(1).Rows.ToArray());
        Assert.Equal(rows.ToArray(), new SmallImagesData(Training, Test, Small).Drawn(0).Rows.ToArray());
        var other = new SmallImagesData(Training, Test, Small with { Seed = 2 });
        Assert.NotEqual(rows.ToArray(), other.Drawn(0).Rows.ToArray());

        // The label of a training image of the set is that of the image: an image is brightest at the position of its class.
        for (var i = 0; i < 15; i++)
        {
            var pixels = rows.Row(i).ToArray();
            Assert.Equal(classes[i], Array.IndexOf(pixels, pixels.Max()) / 3);
        }
    }

    [Fact]
    public void A_network_reads_out_as_it_says()
    {
        (ImageNetwork Network, ImageReadout Readout, string Text)[] all =
        [
            (ImageNetwork.Pooled(2), ImageReadout.GlobalPool, "image(4x4x3) (conv(w=1.41421356) relu)^2 global_avg_pool dense"),
            (ImageNetwork.Flattened(2), ImageReadout.Flatten, "image(4x4x3) (conv(w=1.41421356) relu)^2 flatten dense"),
            (ImageNetwork.DenseNtk, ImageReadout.Row, "(dense(w=1.41421356) relu)^5 dense"),
            (ImageNetwork.DenseNngp, ImageReadout.Row, "(dense(w=1.41421356) relu)^5 dense"),
        ];
        var x = Samples.Random(4, 48, 1);
        foreach (var (network, readout, text) in all)
        {
            var kind = network == ImageNetwork.DenseNngp ? KernelKind.Nngp : KernelKind.Ntk;
            Assert.Equal((readout, kind), (network.Readout, network.Kind));
            Samples.SameBits(Network.Parse(text).Kernel(kind).Gram(x), network.KernelOf(SampleShape.Image(4, 4, 3)).Gram(x), network.Name);
        }
    }

    [Fact]
    public void Channels_of_all_training_images_have_mean_0_and_deviation_1()
    {
        var all = ChannelScale.Of(Training.Images.Rows, 3).Apply(Training.Images.Rows);
        for (var c = 0; c < 3; c++)
        {
            double[] values = [.. all.AsSpan().ToArray().Where((_, i) => i % 3 == c)];
            Assert.Equal(0, values.Average(), 1e-12);
            Assert.Equal(1, values.Average(x => x * x), 1e-12);
        }

        // Test images are scaled by the training images.
        var shifted = Test with { Images = Test.Images with { Rows = Of(20, 48, (i, j) => Test.Images.Rows[i, j] + 5) } };
        var (data, moved) = (new SmallImagesData(Training, Test, Small), new SmallImagesData(Training, shifted, Small));
        Assert.All(moved.Test.AsSpan().ToArray().Zip(data.Test.AsSpan().ToArray()), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void An_accuracy_is_that_of_kernel_regression_on_the_set()
    {
        var data = new SmallImagesData(Faint, FaintTest, Small);
        var table = Table(Result.Value, "draws");
        var (rows, classes) = data.Drawn(1);
        var network = Network.Parse("image(4x4x3) (conv(w=1.41421356) relu)^5 flatten dense");
        var y = Of(6, 3, (i, c) => (classes[i] == c ? 1 : 0) - (1.0 / 3));
        var fitted = KernelRegression.Fit(
            network.Ntk(), rows.SelectRows(0, 6), y, new() { Ridge = Ridge.Relative(1e-5) });
        var mean = fitted.Predict(data.Test).Mean;
        var right = Enumerable.Range(0, 18).Count(i =>
        {
            var row = mean.Row(i).ToArray();
            return Array.IndexOf(row, row.Max()) == data.TestClasses[i];
        });
        var found = table.Rows.Single(row => (string)row[0]! == "conv 5 flat" && (int)row[1]! == 2);
        Assert.Equal(100.0 * right / 18, (double)found[3]!, 1e-9);
    }

    [Fact]
    public void Means_deviations_and_claims_are_those_of_the_draws()
    {
        var draws = Table(Result.Value, "draws").Rows.Where(row => (string)row[0]! == "Myrtle-5").Select(row => (double)row[4]!).ToArray();
        var mean = draws.Average();
        var deviation = Math.Sqrt(draws.Sum(x => (x - mean) * (x - mean)) / 2);
        var cell = Table(Result.Value, "accuracy").Rows.Single(row => (string)row[0]! == "Myrtle-5")[3];
        Assert.Equal(FormattableString.Invariant($"{mean:0.0}±{deviation:0.0}"), cell);
        Assert.Equal(Small.Networks.Count, Assert.Single(Result.Value.Charts).Series.Count);

        // The order of kernels is tested from 320 training images on alone, and others' figures are of CIFAR-10 alone.
        Assert.Equal(2, Result.Value.Claims.Count);
        Assert.Equal(ClaimVerdict.Reported, Result.Value.Claims[1].Verdict);
        Assert.Contains("tested from n = 320", Result.Value.Claims[1].Measured, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClaimVerdict.Found, 20.0, 21.0, 22.0)]
    [InlineData(ClaimVerdict.Reported, 20.0, 1.0, 5.0)]
    [InlineData(ClaimVerdict.Reported, 20.0, 25.0)]
    [InlineData(ClaimVerdict.Reported, 20.0)]
    [InlineData(ClaimVerdict.NotFound, -20.0, -21.0, -22.0)]
    public void An_accuracy_rises_by_more_than_its_error_over_draws(ClaimVerdict verdict, params double[] rises)
    {
        var options = Small with { Sizes = [3, 6], Draws = rises.Length };
        SmallImagesRun[] runs = [new(Small.Networks[0], [.. rises.Select(rise => new[] { 40.0, 40 + rise })], 1, 1)];
        var claim = new SmallImagesReport(options, runs, []).Claims.Single();
        Assert.Equal(verdict, claim.Verdict);
        Assert.Contains(rises.Length == 1 ? "one draw decides nothing" : "(Student's t), with the same test images in all", claim.Measured);
    }

    [Fact]
    public void Published_figures_stand_beside_those_of_images_of_their_shape()
    {
        LabeledImages Large(int seed)
        {
            var values = new Random(seed);
            return new(
                new(Of(10, 3072, (_, _) => values.NextDouble()), SampleShape.Image(32, 32, 3)),
                [.. Enumerable.Range(0, 10).Select(i => (long)i)]);
        }

        var result = SmallImagesStudy.Run(
            Large(1), Large(2), new() { Sizes = [10], Draws = 1, TestImages = 10, Networks = [ImageNetwork.DenseNtk] });
        Assert.Equal(["dense NTK", "CNTK-14*", "ResNet-34*"], Table(result, "accuracy").Rows.Select(row => row[0]));
        Assert.Equal(["15.33", "14.59"], Table(result, "accuracy").Rows.Skip(1).Select(row => row[1]));
        Assert.All(result.Claims, claim => Assert.Equal(ClaimVerdict.Reported, claim.Verdict));
    }

    [Fact]
    public void An_interrupted_study_goes_on_with_the_kernels_in_its_folder()
    {
        var folder = Directory.CreateTempSubdirectory("hntk-").FullName;
        try
        {
            var options = Small with { Draws = 2, KernelFolder = Path.Combine(folder, "kernels") };
            using var stop = new CancellationTokenSource();
            var progress = new DirectProgress(part =>
            {
                if (part > 0.3)
                {
                    stop.Cancel();
                }
            });
            Assert.ThrowsAny<OperationCanceledException>(
                () => SmallImagesStudy.Run(Faint, FaintTest, options, progress, stop.Token));
            var kept = Directory.GetFiles(options.KernelFolder, "*.npy").ToDictionary(file => file, File.GetLastWriteTimeUtc);
            Assert.InRange(kept.Count, 4, (4 * Small.Networks.Count) - 1);

            var rows = Table(SmallImagesStudy.Run(Faint, FaintTest, options), "draws").Rows;
            var whole = Table(SmallImagesStudy.Run(Faint, FaintTest, options with { KernelFolder = null }), "draws").Rows;
            Assert.Equal(whole.SelectMany(row => row), rows.SelectMany(row => row));
            Assert.Equal(4 * Small.Networks.Count, Directory.GetFiles(options.KernelFolder, "*.npy").Length);
            Assert.All(kept, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));

            var other = Assert.Throws<OutputException>(
                () => SmallImagesStudy.Run(Faint, FaintTest, options with { Seed = 2 }));
            Assert.Contains("conv-5-pool-1-gram.npy", other.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_makes_no_experiment_is_refused()
    {
        Refused("multiples of 3", Small with { Sizes = [3, 7] });
        Refused("increasing numbers", Small with { Sizes = [6, 3] });
        Refused("at least 1 draw", Small with { Draws = 0 });
        Refused("at least 21 test images, came 20", Small with { TestImages = 21 });
        Refused("at least 21 training images of each class, came 20", Small with { Sizes = [63] });
        Refused("different names", Small with { Networks = [ImageNetwork.DenseNtk, ImageNetwork.DenseNtk] });
        Refused("a label for each of the 60 training images", Small, Training with { Labels = [1] });
        Refused("rows without positions", Small, Training with { Images = Training.Images with { Shape = null } });
        Refused("channels that vary", Small, Training with { Images = Training.Images with { Rows = Of(60, 48, (_, j) => j % 3) } });
        static void Refused(string part, SmallImagesOptions options, LabeledImages? training = null) => Assert.Contains(
            part, Assert.Throws<ArgumentException>(() => SmallImagesStudy.Run(training ?? Training, Test, options)).Message,
            StringComparison.Ordinal);
    }

    private static StudyTable Table(StudyResult result, string name) => result.Tables.Single(table => table.Name == name);

    // Class c of three is bright at position c of a 4 x 4 image, among noise.
    private static LabeledImages Images(int n, int seed, double light = 5)
    {
        var noise = new Random(seed);
        var rows = Of(n, 48, (i, j) => noise.NextDouble() + (j / 3 == i % 3 ? light : 0));
        return new(
            new(rows, SampleShape.Image(4, 4, 3)),
            [.. Enumerable.Range(0, n).Select(i => 10L * (i % 3))]);
    }

    private static Matrix Of(int rows, int columns, Func<int, int, double> entry) => Matrix.Wrap(
        [.. Enumerable.Range(0, rows * columns).Select(k => entry(k / columns, k % columns))], rows, columns);
}
