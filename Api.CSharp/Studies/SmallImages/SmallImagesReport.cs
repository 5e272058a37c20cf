using System.Globalization;

namespace HadamardNtk;

/// <summary>The claims, tables and the chart of <see cref="SmallImagesStudy"/>.</summary>
internal sealed class SmallImagesReport(
    SmallImagesOptions options, IReadOnlyList<SmallImagesRun> runs, IReadOnlyList<PublishedSmallImages> published)
{
    /// <summary>The number of training images from which the order of kernels is tested.</summary>
    internal const int LeastTested = 320;

    private int Last => options.Sizes.Count - 1;

    internal StudyClaim[] Claims =>
    [
        .. options.Sizes.Count > 1 ? (StudyClaim[])[Rises()] : [],
        .. Pooled.Any() && Flat is not null ? (StudyClaim[])[Above(Flat)] : [],
        .. published.Select(Beside),
    ];

    internal StudyTable[] Tables => [Means(), Times(), Drawn()];

    internal StudyChart[] Charts =>
    [
        new()
        {
            Name = "accuracy-by-size",
            Title = $"Accuracy against the number of training images of {options.DataName}",
            X = new("training images n", Logarithmic: true),
            Y = new("accuracy in percent"),
            Series = [.. runs.Select(Measured), .. published.Select(Known)],
            Caption = $"Means over {Draws} of class-balanced training images, {options.TestImages} test "
                + "images." + (published.Count > 0 ? " Dashed: published, with other preprocessing." : ""),
        },
    ];

    private IEnumerable<SmallImagesRun> Pooled =>
        runs.Where(run => run.Network is { Readout: ImageReadout.GlobalPool, Kind: KernelKind.Ntk });

    private SmallImagesRun? Flat =>
        runs.FirstOrDefault(run => run.Network is { Readout: ImageReadout.Row, Kind: KernelKind.Ntk });

    private static string Percent(double x) => x.ToString("0.0", CultureInfo.InvariantCulture);

    private static string? Published(PublishedSmallImages known, int n) =>
        known.At(n)?.ToString("0.00", CultureInfo.InvariantCulture);

    private string Draws => options.Draws == 1 ? "1 draw" : $"{options.Draws} draws";

    private static string Cell(SmallImagesRun run, int size) => Percent(run.Of(size));

    private static string Percent(SampleMean mean) =>
        Percent(mean.Mean) + (double.IsNaN(mean.Deviation) ? "" : $"±{Percent(mean.Deviation)}");

    // The error over draws knows nothing of the test images, which are the same in all of them.
    private string Rule => options.Draws == 1
        ? "; one draw decides nothing"
        : $"; over draws {MeanTest.Rule(options.Draws)}, with the same test images in all";

    private StudyClaim Rises()
    {
        var rising = runs.Count(run => run.Rise.Mean > 0);
        return new(
            "The accuracy of kernel regression rises with the number of training images.",
            PublishedSmallImages.Source,
            $"from n = {options.Sizes[0]} to {options.Sizes[^1]} the mean rises for {rising} of {runs.Count} kernels: "
            + string.Join(", ", runs.Select(run =>
                $"{run.Network.Name} {Percent(run.Mean(0))} to {Percent(run.Mean(Last))}, by {Percent(run.Rise)}"))
            + Rule,
            MeanTest.Above(runs.Select(run => run.Rise)));
    }

    private StudyClaim Above(SmallImagesRun flat)
    {
        var (all, above) = (Pooled.Count(), Pooled.Count(run => run.Mean(Last) > flat.Mean(Last)));
        return new(
            "Tangent kernels of convolutional networks with a global pool classify more images than that of a dense "
            + "network.",
            PublishedSmallImages.Source,
            $"at n = {options.Sizes[^1]}: {flat.Network.Name} {Cell(flat, Last)}, "
            + string.Join(", ", Pooled.Select(run => $"{run.Network.Name} {Cell(run, Last)}"))
            + $" percent; {above} of {all} above"
            + (options.Sizes[^1] < LeastTested ? $", tested from n = {LeastTested} on" : Rule),
            options.Sizes[^1] < LeastTested
                ? ClaimVerdict.Reported
                : MeanTest.Above(Pooled.Select(run => run.Over(flat))));
    }

    private StudyClaim Beside(PublishedSmallImages known)
    {
        int[] sizes = [.. Enumerable.Range(0, options.Sizes.Count).Where(k => known.At(options.Sizes[k]) is not null)];
        var (own, which) = Pooled.Any() ? (Pooled, "with a pool") : (runs, "of all kernels");
        var best = own.MaxBy(run => run.Mean(Last))!;
        return new(
            $"{known.Statement} classifies "
            + string.Join(", ", sizes.Select(k => Published(known, options.Sizes[k])))
            + " percent of CIFAR-10 from n = " + string.Join(", ", sizes.Select(k => options.Sizes[k])) + ".",
            PublishedSmallImages.Source,
            $"{best.Network.Name}, the best {which} at n = {options.Sizes[^1]}: "
            + string.Join(", ", sizes.Select(k => Cell(best, k))) + " percent, with other preprocessing",
            ClaimVerdict.Reported);
    }

    private StudyTable Means() => new()
    {
        Name = "accuracy",
        Title = $"Accuracy on {options.TestImages} test images in percent by the number of training images of "
            + $"{options.DataName}, mean ± deviation over {Draws}" + (published.Count > 0 ? " (*: published)" : ""),
        Columns = ["kernel", .. Headings],
        Rows =
        [
            .. runs.Select(run => (IReadOnlyList<object?>)
                [run.Network.Name, .. Enumerable.Range(0, Last + 1).Select(k => Cell(run, k))]),
            .. published.Select(known => (IReadOnlyList<object?>)
            [
                known.Name,
                .. options.Sizes.Select(n => Published(known, n)),
            ]),
        ],
    };

    private StudyTable Times() => new()
    {
        Name = "times",
        Title = "Pairs of images in matrices that this run computed, not those that it found, and their seconds",
        Columns = ["kernel", "kind", "pairs", "seconds", "ms a pair"],
        Rows =
        [
            .. runs.Select(run => (IReadOnlyList<object?>)
            [
                run.Network.Name, run.Network.Kind.ToString().ToUpperInvariant(), run.Pairs, run.Seconds,
                run.Pairs > 0 ? 1000 * run.Seconds / run.Pairs : null,
            ]),
        ],
    };

    private StudyTable Drawn() => new()
    {
        Name = "draws",
        Title = "Accuracy of each draw in percent",
        Columns = ["kernel", "draw", .. Headings],
        Rows =
        [
            .. runs.SelectMany(run => run.Accuracies.Select((draw, k) => (IReadOnlyList<object?>)
                [run.Network.Name, k + 1, .. draw.Select(x => (object?)x)])),
        ],
    };

    private IEnumerable<string> Headings => options.Sizes.Select(n => $"n={n}");

    private StudySeries Measured(SmallImagesRun run) => new()
    {
        Name = run.Network.Name,
        X = [.. options.Sizes.Select(n => (double)n)],
        Y = [.. Enumerable.Range(0, Last + 1).Select(run.Mean)],
    };

    private StudySeries Known(PublishedSmallImages known)
    {
        int[] sizes = [.. options.Sizes.Where(n => known.At(n) is not null)];
        return new()
        {
            Name = known.Name,
            X = [.. sizes.Select(n => (double)n)],
            Y = [.. sizes.Select(n => known.At(n)!.Value)],
            Style = SeriesStyle.Dashed,
        };
    }
}
