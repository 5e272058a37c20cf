namespace HadamardNtk;

/// <summary>The charts of <see cref="LinearizedStudy"/>.</summary>
internal static class LinearizedCharts
{
    internal static IEnumerable<StudyChart> Of(LinearizedOptions options, LinearizedRuns runs)
    {
        yield return Tasks(options, runs);
        yield return Speed(runs);
        yield return Rotation(runs);
        yield return Path(
            runs, "distance", "Distance of the kernel to that at the start", "1 − cosine", p => p.Distance);
        yield return Path(
            runs, "target", "Alignment of the kernel with the task", "centered alignment with y yᵀ", p => p.Target);
        if (runs.Directions.Count > 1)
        {
            yield return Directions(runs);
        }
    }

    private static StudyChart Tasks(LinearizedOptions options, LinearizedRuns runs) => new()
    {
        Name = "accuracy",
        Title = "Test accuracy by the index of the task",
        X = new("index of the eigenfunction", Logarithmic: true),
        Y = new("test accuracy"),
        Caption =
            $"Bands: twice the standard error over {options.TestSamples} test samples. A task of higher index is "
            + "harder for the linearized network by construction.",
        Series =
        [
            Accuracy("network", runs, run => run.Network, options.TestSamples, SeriesStyle.Line),
            Accuracy("linearized at start", runs, run => run.LinearizedAtStart, options.TestSamples, SeriesStyle.Line),
            Accuracy("linearized at end", runs, run => run.LinearizedAtEnd, options.TestSamples, SeriesStyle.Dashed),
        ],
    };

    private static StudySeries Accuracy(
        string name, LinearizedRuns runs, Func<TaskRun, TaskScore> score, int tests, SeriesStyle style)
    {
        double[] y = [.. runs.Tasks.Select(task => score(task.Run).Accuracy)];
        double[] error = [.. y.Select(a => 2 * LinearizedClaims.StandardError(a, tests))];
        return new()
        {
            Name = name,
            X = [.. runs.Tasks.Select(task => (double)task.Index)],
            Y = y,
            Lower = [.. y.Zip(error, (a, e) => a - e)],
            Upper = [.. y.Zip(error, (a, e) => a + e)],
            Style = style,
        };
    }

    private static StudyChart Speed(LinearizedRuns runs) => new()
    {
        Name = "speed",
        Title = "Steps until half of the training loss is left",
        X = new("index of the eigenfunction", Logarithmic: true),
        Y = new("steps", Logarithmic: true),
        Caption = "Tasks that are not learned so far within the training are left out.",
        Series =
        [
            Half("network", runs, run => run.Network, SeriesStyle.Line),
            Half("linearized at start", runs, run => run.LinearizedAtStart, SeriesStyle.Line),
            Half("linearized at end", runs, run => run.LinearizedAtEnd, SeriesStyle.Dashed),
        ],
    };

    private static StudySeries Half(
        string name, LinearizedRuns runs, Func<TaskRun, TaskScore> score, SeriesStyle style) => new()
        {
            Name = name,
            X = [.. runs.Tasks.Select(task => (double)task.Index)],
            Y =
            [
                .. runs.Tasks.Select(task => score(task.Run).HalfTime)
                    .Select(steps => double.IsFinite(steps) ? Math.Max(1, steps) : double.NaN),
            ],
            Style = style,
        };

    private static StudyChart Rotation(LinearizedRuns runs)
    {
        var shown = runs.Tasks.Where((_, k) => k == runs.Tasks.Count / 3 || k == 2 * runs.Tasks.Count / 3).ToArray();
        int[] indices = [.. Enumerable.Range(1, Math.Min(200, runs.Eigen.Values.Length))];
        return new()
        {
            Name = "rotation",
            Title = "Alignment of the eigenfunctions at the start with the kernel",
            X = new("index j of the eigenfunction", Logarithmic: true),
            Y = new("v_jᵀΘv_j / tr Θ", Logarithmic: true),
            Caption = "Line: at the start. Points: after training on the signs of one eigenfunction.",
            Series =
            [
                new()
                {
                    Name = "at the start",
                    X = [.. indices.Select(j => (double)j)],
                    Y = [.. indices.Select(j => Along(runs.Start.Kernel, runs, j))],
                },
                .. shown.Select(task => new StudySeries
                {
                    Name = $"after task {task.Index}",
                    X = [.. indices.Select(j => (double)j)],
                    Y = [.. indices.Select(j => Along(task.Run.FinalKernel, runs, j))],
                    Style = SeriesStyle.Points,
                }),
            ],
        };
    }

    private static double Along(Matrix kernel, LinearizedRuns runs, int index) =>
        Math.Max(1e-12, TaskRun.Alignment(kernel, runs.Eigenvector(index)));

    private static StudyChart Path(
        LinearizedRuns runs, string name, string title, string axis, Func<KernelPoint, double> value) => new()
        {
            Name = $"{name}-path",
            Title = title,
            X = new("steps + 1", Logarithmic: true),
            Y = new(axis),
            Caption = "Through the training on the signs of one eigenfunction each.",
            Series =
            [
                .. runs.Tasks.Where((_, k) => k % 2 == 0).Select(task => new StudySeries
                {
                    Name = $"task {task.Index}",
                    X = [.. task.Run.Path.Select(point => point.Step + 1.0)],
                    Y = [.. task.Run.Path.Select(value)],
                }),
            ],
        };

    private static StudyChart Directions(LinearizedRuns runs) => new()
    {
        Name = "directions",
        Title = "Linear tasks along neural anisotropy directions",
        X = new("index of the direction", Logarithmic: true),
        Y = new("test accuracy"),
        Caption = "The class is the sign of x along one direction, which noise leaves alone.",
        Series =
        [
            Direction("network", runs, run => run.Network.Accuracy, SeriesStyle.Line),
            Direction("linearized at start", runs, run => run.LinearizedAtStart.Accuracy, SeriesStyle.Line),
            Direction("linearized at end", runs, run => run.LinearizedAtEnd.Accuracy, SeriesStyle.Dashed),
        ],
    };

    private static StudySeries Direction(
        string name, LinearizedRuns runs, Func<TaskRun, double> score, SeriesStyle style) => new()
        {
            Name = name,
            X = [.. runs.Directions.Select(direction => (double)direction.Index)],
            Y = [.. runs.Directions.Select(direction => score(direction.Run))],
            Style = style,
        };
}
