namespace HadamardNtk;

/// <summary>
/// What a finite bottleneck does to the training of infinitely wide networks: Littwin, Saremi, Zhai, Thilak, Goh,
/// Susskind and Yang, Implicit acceleration and feature learning in infinitely wide neural networks with bottlenecks
/// (2021). Networks with bottlenecks are trained in function space, by <see cref="BottleneckRun"/>, beside the same
/// networks without them.
/// </summary>
/// <remarks>
/// <para>The acceleration is the number of steps of the network without a bottleneck until a part of its loss at the
/// start is left, divided by that of the network with the bottleneck, at one learning rate: half of the greatest stable
/// one of the former. Steps between which the loss crosses the part are interpolated in its logarithm. Targets are α y
/// with y of unit mean square.</para>
/// <para>The result depends on the options alone. Source of the formulas: docs/mathematics.md, section 14.</para>
/// </remarks>
public static class BottleneckStudy
{
    internal const string Source =
        "Littwin, Saremi, Zhai, Thilak, Goh, Susskind, Yang: Implicit acceleration and feature learning in infinitely "
        + "wide neural networks with bottlenecks (2021)";

    /// <summary>Runs the study.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The options make no experiment.</exception>
    public static StudyResult Run(
        BottleneckStudyOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new();
        options.Require();
        var tasks = BottleneckTask.All(options);
        var parts = tasks.Count + (options.Finite is null ? 0.2 : 0.7);
        List<BottleneckTaskRuns> runs = [];
        foreach (var task in tasks)
        {
            var done = runs.Count;
            runs.Add(BottleneckTaskRuns.Of(
                task, options, part => progress?.Report((done + part) / parts), cancellation));
        }

        var linear = DeepLinearRun.All(options, cancellation);
        progress?.Report((runs.Count + 0.2) / parts);
        var finite = FiniteGapRun.All(
            options, part => progress?.Report((runs.Count + 0.2 + (0.5 * part)) / parts), cancellation);
        progress?.Report(1);
        return new()
        {
            Name = "bottleneck",
            Title = "Bottlenecks in infinitely wide networks",
            Summary =
                "An infinitely wide network does not learn features: its tangent kernel stays as it is. Where one of "
                + "its layers has only d units, the kernel moves, even though all other layers are infinitely wide. "
                + "How much sooner does such a network learn a task than the same network without the bottleneck, and "
                + "what do its features become? Both are trained on one clock, for several widths d and sizes α of "
                + "the targets.",
            Seed = options.Seed,
            Parameters = Parameters(options, tasks),
            Claims = [.. BottleneckClaims.Of(options, runs, linear, finite)],
            Charts = [.. BottleneckCharts.Of(options, runs, linear, finite)],
            Tables = [.. BottleneckTables.Of(options, runs, linear, finite)],
        };
    }

    private static StudyParameter[] Parameters(BottleneckStudyOptions options, IReadOnlyList<BottleneckTask> tasks) =>
    [
        .. tasks.Select(task => new StudyParameter(
            task.Title, $"{task.X.Rows} training and {task.TestX.Rows} test samples of {task.X.Columns} features")),
        new("degrees of the target on the sphere", string.Join(", ", options.Degrees)),
        new("starts", $"{options.Starts}"),
        new("most steps", $"{options.Steps}"),
        new("a task is learned at", $"{StudyNumbers.Text(100 * options.Part)} % of the loss"),
        new("width of the heads", $"{options.HeadWidth}"),
        .. options.Finite is null ? (StudyParameter[])[] :
        [
            new("starts of finite networks", $"{options.FiniteStarts}"),
            new("their steps", $"{options.FiniteSteps}"),
        ],
        new("relu", new BottleneckSetting(1, 2, "relu", 1).Network.ToString()),
        new("erf", new BottleneckSetting(1, 2, "erf", 1).Network.ToString()),
    ];
}
