namespace HadamardNtk;

/// <summary>The tables of <see cref="LinearizedStudy"/>.</summary>
internal static class LinearizedTables
{
    private static readonly string[] Scores =
        ["network", "linearised at start", "linearised at end", "larger class", "loss left"];

    internal static IEnumerable<StudyTable> Of(LinearizedOptions options, LinearizedRuns runs)
    {
        yield return Tasks(runs);
        yield return Speed(runs);
        foreach (var group in runs.Compared.GroupBy(run => run.What))
        {
            yield return Compared(options, runs, group.Key, [.. group]);
        }

        yield return Rotation(runs);
        if (runs.Directions.Count > 0)
        {
            yield return Directions(runs);
        }
    }

    private static StudyTable Tasks(LinearizedRuns runs) => new()
    {
        Name = "tasks",
        Title = "Test accuracy on the signs of eigenfunctions",
        Columns = ["index", "λ_j/tr", .. Scores],
        Rows =
        [
            .. runs.Tasks.Select(task => (IReadOnlyList<object?>)
            [
                task.Index, runs.Eigenvalue(task.Index) / runs.Eigen.Values.Sum(), .. Score(task.Run),
            ]),
        ],
    };

    private static StudyTable Speed(LinearizedRuns runs) => new()
    {
        Name = "half-times",
        Title = "Steps until half of the training loss is left",
        Columns = ["index", "network", "linearised at start", "linearised at end"],
        Rows =
        [
            .. runs.Tasks.Select(task => (IReadOnlyList<object?>)
            [
                task.Index, Known(task.Run.Network.HalfTime), Known(task.Run.LinearizedAtStart.HalfTime),
                Known(task.Run.LinearizedAtEnd.HalfTime),
            ]),
        ],
    };

    private static StudyTable Compared(
        LinearizedOptions options, LinearizedRuns runs, string what, ComparedRun[] group) => new()
        {
            Name = $"by-{StudyOptions.FileName(what)}",
            Title = $"Test accuracy by {what}",
            Columns = ["index", what, .. Scores],
            Rows =
            [
                .. options.Compared.SelectMany(index => group.Where(run => run.Task == index)
                    .Select(run => (run.Value, run.Run))
                    .Concat(runs.Tasks.Where(task => task.Index == index)
                        .Select(task => (Own(options, what), task.Run)))
                    .Select(row => (IReadOnlyList<object?>)[index, row.Item1, .. Score(row.Run)])),
            ],
        };

    /// <summary>The value of what is compared in the runs of all tasks.</summary>
    internal static string Own(LinearizedOptions options, string what) => what switch
    {
        "width" => $"{options.Width}",
        "training samples" => $"{options.Samples}",
        _ => options.Network.Name,
    };

    private static StudyTable Rotation(LinearizedRuns runs) => new()
    {
        Name = "gains",
        Title = "Alignment yᵀΘy/(yᵀy tr Θ) at the end of training over that at the start",
        Columns = ["index", "the task", "neighbors (median)", "distance of the kernels"],
        Rows =
        [
            .. runs.Tasks.Select(task => (IReadOnlyList<object?>)
            [
                task.Index, Gain(task.Run), Neighbors(runs, task.Index, task.Run),
                KernelSimilarity.Distance(task.Run.FinalKernel, task.Run.Start.Kernel),
            ]),
        ],
    };

    private static StudyTable Directions(LinearizedRuns runs) => new()
    {
        Name = "by-direction",
        Title = "Test accuracy on linear tasks along neural anisotropy directions",
        Columns = ["index", "singular value, of the first", .. Scores],
        Rows =
        [
            .. runs.Directions.Select(direction => (IReadOnlyList<object?>)
                [direction.Index, direction.Value, .. Score(direction.Run)]),
        ],
    };

    /// <summary>The factor by which training has raised the alignment of its task.</summary>
    internal static double Gain(TaskRun run) =>
        TaskRun.Alignment(run.FinalKernel, run.Y) / TaskRun.Alignment(run.Start.Kernel, run.Y);

    /// <summary>
    /// The same for other eigenvectors near the one of the task, the median of up to ten on each side.
    /// </summary>
    internal static double Neighbors(LinearizedRuns runs, int index, TaskRun run)
    {
        double[] gains =
        [
            .. Enumerable.Range(index - 10, 21)
                .Where(j => j >= 1 && j != index && j <= runs.Eigen.Values.Length)
                .Select(j => TaskRun.Alignment(run.FinalKernel, runs.Eigenvector(j))
                    / TaskRun.Alignment(run.Start.Kernel, runs.Eigenvector(j)))
                .Order(),
        ];
        return gains[gains.Length / 2];
    }

    private static IEnumerable<object?> Score(TaskRun run) =>
    [
        run.Network.Accuracy, run.LinearizedAtStart.Accuracy, run.LinearizedAtEnd.Accuracy, run.Chance, run.LossLeft,
    ];

    private static object? Known(double steps) => double.IsFinite(steps) ? steps : null;
}
