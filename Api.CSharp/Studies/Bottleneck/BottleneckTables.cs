namespace HadamardNtk;

/// <summary>The tables of <see cref="BottleneckStudy"/>.</summary>
internal static class BottleneckTables
{
    internal static IEnumerable<StudyTable> Of(
        BottleneckStudyOptions options, IReadOnlyList<BottleneckTaskRuns> runs, IReadOnlyList<DeepLinearRun> linear,
        IReadOnlyList<FiniteGapRun> finite)
    {
        foreach (var task in runs)
        {
            yield return Settings(task);
            yield return Starts(task);
            if (task.Planes(options.MiddleScale).Any())
            {
                yield return Planes(task);
            }
        }

        yield return Linear(linear);
        if (finite.Count > 0)
        {
            yield return Finite(finite);
        }
    }

    private static StudyTable Settings(BottleneckTaskRuns task) => new()
    {
        Name = $"{task.Task.Name}-accelerations",
        Title = $"Acceleration (geometric mean and factor of spread) and features over starts: {task.Task.Title}",
        Columns =
        [
            "head", "hidden layers", "d", "label scale", "starts", "learned", "acceleration", "spread", "least",
            "greatest", "motion", "its deviation", "distance", "its deviation ", "alignment at start", "at end",
        ],
        Rows =
        [
            .. task.Groups.Select(group => (IReadOnlyList<object?>)
            [
                group.Setting.Head, group.Setting.Depth, group.Setting.Width, group.Setting.Scale, group.Started,
                group.Learned, Math.Exp(group.Speed.Mean), Math.Exp(group.Speed.Deviation),
                group.Descents.Select(descent => descent.Acceleration).DefaultIfEmpty(double.NaN).Min(),
                group.Descents.Select(descent => descent.Acceleration).DefaultIfEmpty(double.NaN).Max(),
                group.Motion.Mean, group.Motion.Deviation, group.Distance.Mean, group.Distance.Deviation,
                group.AlignmentAt(0).Mean, group.AlignmentAt(double.PositiveInfinity).Mean,
            ]),
        ],
    };

    private static StudyTable Starts(BottleneckTaskRuns task) => new()
    {
        Name = $"{task.Task.Name}-starts",
        Title = "Each training; the acceleration of one that has not learned its task is at most what is stated: "
            + task.Task.Title,
        Columns =
        [
            "head", "hidden layers", "d", "label scale", "start", "learned", "steps", "steps without bottleneck",
            "acceleration", "most parts of a step", "motion", "distance", "test loss", "test accuracy",
            "alignment at start", "at end",
        ],
        Rows =
        [
            .. task.Groups.SelectMany(group => group.Descents.Select(descent => (IReadOnlyList<object?>)
            [
                group.Setting.Head, group.Setting.Depth, group.Setting.Width, group.Setting.Scale, descent.Start,
                descent.IsLearned, descent.Steps, descent.JoinedSteps, descent.Acceleration, descent.MostParts,
                descent.Motion, descent.Distance, descent.TestLoss, descent.TestAccuracy, descent.Alignment.Values[0],
                descent.Alignment.Values[^1],
            ])),
        ],
    };

    private static StudyTable Planes(BottleneckTaskRuns task) => new()
    {
        Name = $"{task.Task.Name}-embeddings",
        Title = "Test samples whose nearest training samples in the plane (d = 2) have their sign, and those that are "
            + $"predicted right: {task.Task.Title}",
        Columns = ["head", "hidden layers", "label scale", "start", "step", "part of the loss", "by neighbors"],
        Rows =
        [
            .. task.Groups.Where(group => group.Setting.Width == 2)
                .SelectMany(group => group.Descents.SelectMany(descent => descent.Snapshots
                    .Select(snapshot => (IReadOnlyList<object?>)
                    [
                        group.Setting.Head, group.Setting.Depth, group.Setting.Scale, descent.Start, snapshot.Step,
                        descent.Losses[snapshot.Step],
                        NeighborSeparation.Of(snapshot.Embeddings, task.Task.Y.Data, task.Task.TestY.Data),
                    ]))),
        ],
    };

    private static StudyTable Linear(IReadOnlyList<DeepLinearRun> linear) => new()
    {
        Name = "deep-linear-flows",
        Title = "Deep linear networks: acceleration at the end, by the kernel and by the fall of the residual of one "
            + "sample, its bound, and the drift of the conserved quantity",
        Columns =
        [
            "samples", "layers of g", "d", "|β*|", "start", "acceleration", "by the residual", "bound", "ratio",
            "drift",
        ],
        Rows =
        [
            .. linear.Select(run => (IReadOnlyList<object?>)
            [
                run.HasOneSample ? "one" : "all", run.GLayers, run.Width, run.Norm, run.Start,
                run.Acceleration, run.Measured, run.Bound, run.Acceleration / run.Bound, run.Drift,
            ]),
        ],
    };

    private static StudyTable Finite(IReadOnlyList<FiniteGapRun> finite) => new()
    {
        Name = "finite-gaps",
        Title = "Distance of trained networks of finite width to the simulation from the same start, relative to the "
            + "way of its outputs",
        Columns = ["m", "starts", "mean", "standard error", "least", "greatest"],
        Rows =
        [
            .. finite.Select(run => (IReadOnlyList<object?>)
            [
                run.Width, run.Gaps.Length, SampleMean.Of(run.Gaps).Mean, SampleMean.Of(run.Gaps).Error, run.Gaps.Min(),
                run.Gaps.Max(),
            ]),
        ],
    };
}
