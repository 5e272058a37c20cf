using static HadamardNtk.StudyNumbers;

namespace HadamardNtk;

/// <summary>The charts of <see cref="BottleneckStudy"/>.</summary>
internal static class BottleneckCharts
{
    internal static IEnumerable<StudyChart> Of(
        BottleneckStudyOptions options, IReadOnlyList<BottleneckTaskRuns> runs, IReadOnlyList<DeepLinearRun> linear,
        IReadOnlyList<FiniteGapRun> finite)
    {
        foreach (var task in runs)
        {
            foreach (var scale in options.LabelScales)
            {
                yield return Losses(task, scale, options);
            }

            yield return BySize(task, options);
            yield return ByWidth(
                task, options, "acceleration", "Acceleration against the width of the bottleneck",
                "acceleration", group => Geometric(group.Speed), logarithmic: true, BySpread);
            yield return ByWidth(
                task, options, "motion", "Motion of the features g", "|g_t − g_0| / |g_0| at the end",
                group => Arithmetic(group.Motion), logarithmic: false, "Bands: a standard deviation over starts.");
            yield return ByWidth(
                task, options, "distance", "Distance to the network without a bottleneck",
                "greatest distance of predictions, relative to targets", group => Arithmetic(group.Distance),
                logarithmic: true, "At the test samples. Bands: a standard deviation over starts.");
            yield return Alignments(task, options);
            foreach (var chart in task.Planes(options.MiddleScale).SelectMany(plane => Embeddings(task.Task, plane)))
            {
                yield return chart;
            }
        }

        yield return Linear(linear, options);
        if (finite.Count > 0)
        {
            yield return Finite(finite);
        }
    }

    private const string BySpread =
        "Bands: the geometric mean times and by the spread of starts. The head of d = 1 is erf.";

    private static StudyChart Losses(BottleneckTaskRuns task, double scale, BottleneckStudyOptions options)
    {
        BottleneckGroup[] groups =
            [.. task.Widths(scale, withErf: true).Where(group => group.Descents.Count > 0).Take(6)];
        var (times, losses) = groups.Length > 0 ? groups[^1].Descents[0].Joined : ([], []);
        return new()
        {
            Name = $"{task.Task.Name}-loss-{StudyOptions.FileName(Text(scale))}",
            Title = $"Loss at label scale {Text(scale)}: {task.Task.Title}",
            X = new("steps + 1", Logarithmic: true),
            Y = new("loss, relative to its start", Logarithmic: true),
            Caption = "From the first start, until the task is learned. Dashed: without a bottleneck, until "
                + $"{Text(100 * options.Part)} % is left.",
            Series =
            [
                .. groups.Select((group, i) => new StudySeries
                {
                    Name = group.Setting.Name,
                    X = [.. Path(group).Select((_, t) => t + 1.0)],
                    Y = Path(group),
                    Group = i,
                }),
                new()
                {
                    Name = "no bottleneck",
                    X = [.. times.Select(t => t + 1)],
                    Y = losses,
                    Style = SeriesStyle.Dashed,
                    Group = groups.Length,
                },
            ],
        };
    }

    // The losses until the task is learned.
    private static double[] Path(BottleneckGroup group)
    {
        var descent = group.Descents[0];
        return descent.Losses[..(1 + (int)Math.Ceiling(descent.Steps))];
    }

    private static StudyChart BySize(BottleneckTaskRuns task, BottleneckStudyOptions options) => new()
    {
        Name = $"{task.Task.Name}-acceleration-by-scale",
        Title = $"Acceleration against the size of the targets: {task.Task.Title}",
        X = new("label scale α", Logarithmic: true),
        Y = new("acceleration", Logarithmic: true),
        Caption = BySpread,
        Series =
        [
            .. task.Widths(options.LabelScales[0], withErf: true)
                .Select(group => Series(
                    group.Setting.Name, task.Scales(group.Setting), g => g.Setting.Scale, g => Geometric(g.Speed))),
        ],
    };

    private static StudyChart ByWidth(
        BottleneckTaskRuns task, BottleneckStudyOptions options, string name, string title, string axis,
        Func<BottleneckGroup, (double Value, double Lower, double Upper)> value, bool logarithmic, string caption) =>
        new()
        {
            Name = $"{task.Task.Name}-{name}-by-width",
            Title = $"{title}: {task.Task.Title}",
            X = new("width d of the bottleneck", Logarithmic: true),
            Y = new(axis, logarithmic),
            Caption = caption,
            Series =
            [
                .. options.LabelScales.Select(scale => Series(
                    $"label scale {Text(scale)}", task.Widths(scale, withErf: true), g => g.Setting.Width, value)),
            ],
        };

    private static StudySeries Series(
        string name, BottleneckGroup[] groups, Func<BottleneckGroup, double> x,
        Func<BottleneckGroup, (double Value, double Lower, double Upper)> value)
    {
        BottleneckGroup[] known = [.. groups.Where(group => group.Descents.Count > 0)];
        return new()
        {
            Name = name,
            X = [.. known.Select(x)],
            Y = [.. known.Select(group => value(group).Value)],
            Lower = [.. known.Select(group => value(group).Lower)],
            Upper = [.. known.Select(group => value(group).Upper)],
        };
    }

    private static (double Value, double Lower, double Upper) Geometric(SampleMean mean) =>
        (Math.Exp(mean.Mean), Math.Exp(mean.Mean - Spread(mean)), Math.Exp(mean.Mean + Spread(mean)));

    private static (double Value, double Lower, double Upper) Arithmetic(SampleMean mean) =>
        (mean.Mean, Math.Max(mean.Mean - Spread(mean), 0), mean.Mean + Spread(mean));

    // One value has no spread to draw.
    private static double Spread(SampleMean mean) => double.IsNaN(mean.Deviation) ? 0 : mean.Deviation;

    private static StudyChart Alignments(BottleneckTaskRuns task, BottleneckStudyOptions options)
    {
        BottleneckGroup[] groups =
            [.. task.Widths(options.MiddleScale, withErf: true).Where(group => group.Descents.Count > 0).Take(6)];
        double[] Steps(BottleneckGroup group) =>
        [
            .. group.Descents.SelectMany(descent => descent.Alignment.Steps[..^1]).Distinct().Order(),
            group.Descents.Max(descent => descent.Alignment.Steps[^1]),
        ];
        return new()
        {
            Name = $"{task.Task.Name}-alignment",
            Title = $"Alignment of the kernel with the target through training: {task.Task.Title}",
            X = new("steps + 1", Logarithmic: true),
            Y = new("yᵀΘy / (|Θ| yᵀy)"),
            Caption = $"Label scale {Text(options.MiddleScale)}, the mean over starts. A training that has learned its "
                + "task keeps its last value.",
            Series =
            [
                .. groups.Select(group => new StudySeries
                {
                    Name = group.Setting.Name,
                    X = [.. Steps(group).Select(step => step + 1)],
                    Y = [.. Steps(group).Select(step => group.AlignmentAt(step).Mean)],
                }),
            ],
        };
    }

    private static IEnumerable<StudyChart> Embeddings(BottleneckTask task, BottleneckGroup plane)
    {
        if (plane.Descents.Count == 0)
        {
            yield break;
        }

        var (head, snapshots) = (plane.Setting.Head, plane.Descents[0].Snapshots);
        for (var k = 0; k < snapshots.Count; k++)
        {
            var snapshot = snapshots[k];
            yield return new()
            {
                Name = $"{task.Name}-embeddings-{head}-{k}",
                Title = k == 0
                    ? "start"
                    : $"step {snapshot.Step}, loss at {Text(100 * snapshot.Loss)} %",
                Row = $"Embeddings in the plane before a head of {head}: {task.Title}",
                X = new("g₁"),
                Y = new("g₂"),
                Caption = $"Training samples, label scale {Text(plane.Setting.Scale)}, the first start.",
                Series = [Class(task, snapshot, true), Class(task, snapshot, false)],
            };
        }
    }

    private static StudySeries Class(BottleneckTask task, EmbeddingSnapshot snapshot, bool positive)
    {
        int[] places = [.. Enumerable.Range(0, task.Y.Rows).Where(i => task.Y[i, 0] > 0 == positive)];
        return new()
        {
            Name = positive ? "target above 0" : "target below 0",
            X = [.. places.Select(i => snapshot.Embeddings[i, 0])],
            Y = [.. places.Select(i => snapshot.Embeddings[i, 1])],
            Style = SeriesStyle.Points,
        };
    }

    private static StudyChart Linear(IReadOnlyList<DeepLinearRun> linear, BottleneckStudyOptions options)
    {
        double[] ends = [linear.Min(run => run.Bound), linear.Max(run => run.Bound)];
        return new()
        {
            Name = "deep-linear",
            Title = "Deep linear networks: acceleration at the end and its bound",
            X = new("2 √(c_f c_g) |β*| / c_∞", Logarithmic: true),
            Y = new("acceleration", Logarithmic: true),
            Caption = "Points: flows, of all widths, depths and starts. Dashed: the bound.",
            Series =
            [
                .. options.LabelScales.Select(norm => new StudySeries
                {
                    Name = $"|β*| = {Text(norm)}",
                    X = [.. linear.Where(run => run.Norm == norm).Select(run => run.Bound)],
                    Y = [.. linear.Where(run => run.Norm == norm).Select(run => run.Acceleration)],
                    Style = SeriesStyle.Points,
                }),
                new() { Name = "bound", X = ends, Y = ends, Style = SeriesStyle.Dashed },
            ],
        };
    }

    private static StudyChart Finite(IReadOnlyList<FiniteGapRun> finite)
    {
        SampleMean[] gaps = [.. finite.Select(run => SampleMean.Of(run.Gaps))];
        return new()
        {
            Name = "finite-gap",
            Title = "Networks of finite width and the simulation",
            X = new("width m", Logarithmic: true),
            Y = new("gap of outputs, relative to their way", Logarithmic: true),
            Caption = "The mean over starts with twice its standard error.",
            Series =
            [
                new()
                {
                    Name = "mean gap",
                    X = [.. finite.Select(run => (double)run.Width)],
                    Y = [.. gaps.Select(gap => gap.Mean)],
                    Lower = [.. gaps.Select(gap => Math.Max(gap.Mean - (2 * gap.Error), 0))],
                    Upper = [.. gaps.Select(gap => gap.Mean + (2 * gap.Error))],
                },
            ],
        };
    }
}
