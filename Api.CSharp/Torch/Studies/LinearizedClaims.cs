using static HadamardNtk.StudyNumbers;

namespace HadamardNtk;

/// <summary>The claims of <see cref="LinearizedStudy"/>, each with what was measured.</summary>
internal static class LinearizedClaims
{
    internal static IEnumerable<StudyClaim> Of(LinearizedOptions options, LinearizedRuns runs)
    {
        yield return Quotients(runs);
        yield return Order(runs);
        yield return Sides(options, runs);
        yield return Rotation(runs);
        yield return Ends(options, runs);
        foreach (var what in runs.Compared.Select(run => run.What).Distinct())
        {
            yield return what switch
            {
                "width" => Widths(options, runs),
                "training samples" => Sizes(options, runs),
                _ => Networks(options, runs),
            };
        }

        if (runs.Directions.Count > 1)
        {
            yield return Directions(runs);
        }
    }

    /// <summary>The standard error of an accuracy over test samples.</summary>
    internal static double StandardError(double accuracy, int tests) =>
        Math.Sqrt(Math.Max(accuracy * (1 - accuracy), 0.25 / tests) / tests);

    private static StudyClaim Quotients(LinearizedRuns runs)
    {
        var trace = runs.Eigen.Values.Sum();
        var worst = runs.Tasks.Max(task => Math.Abs(
            (TaskRun.Alignment(runs.Start.Kernel, runs.Eigenvector(task.Index)) * trace / runs.Eigenvalue(task.Index))
            - 1));
        return new(
            "The alignment of an eigenfunction with the kernel is its eigenvalue, α(φ_j) = λ_j.",
            LinearizedStudy.Source,
            $"greatest relative deviation over {runs.Tasks.Count} eigenfunctions {Text(worst)}", Verdict(worst < 1e-6));
    }

    private static StudyClaim Order(LinearizedRuns runs)
    {
        double[] indices = [.. runs.Tasks.Select(task => (double)task.Index)];
        var network = RankCorrelation(indices, [.. runs.Tasks.Select(task => task.Run.Network.Accuracy)]);
        var linear = RankCorrelation(indices, [.. runs.Tasks.Select(task => task.Run.LinearizedAtStart.Accuracy)]);
        var half = RankCorrelation(indices, [.. runs.Tasks.Select(task => task.Run.Network.HalfTime)]);
        return new(
            "The index of an eigenfunction ranks the tasks by difficulty for the network, too, not only for its "
            + "linearization.",
            LinearizedStudy.Source,
            $"rank correlation of the index with the test accuracy: network {Text(network)}, linearization "
            + $"{Text(linear)}; with the steps to half of the loss: network {Text(half)}",
            runs.Tasks.Count < 4 ? ClaimVerdict.Reported : Verdict(network < -0.7 && linear < -0.7 && half > 0.7));
    }

    private static StudyClaim Sides(LinearizedOptions options, LinearizedRuns runs)
    {
        // The first half of the tasks are those that the kernel favours; an accident is 2.3 % of them.
        var all = All(runs).ToArray();
        var favored = runs.Tasks[..((runs.Tasks.Count + 1) / 2)];
        var (better, worse) = (all.Count(run => Gap(run, options) > 2), all.Count(run => Gap(run, options) < -2));
        var lost = favored.Count(task => Gap(task.Run, options) < -2);
        return new(
            "Networks do not always do better than their linearization at the start, not even on tasks that their "
            + "kernel favours.",
            LinearizedStudy.Source,
            $"of {all.Length} runs the network is better in {better} and worse in {worse} by more than two standard "
            + $"errors, and worse in {lost} of the {favored.Count} tasks of lowest index",
            Verdict(lost > 0 && worse >= 0.1 * all.Length));
    }

    private static StudyClaim Rotation(LinearizedRuns runs)
    {
        double[] own = [.. runs.Tasks.Select(task => LinearizedTables.Gain(task.Run)).Order()];
        double[] ratios =
        [
            .. runs.Tasks.Select(task =>
                LinearizedTables.Gain(task.Run) / LinearizedTables.Neighbors(runs, task.Index, task.Run)).Order(),
        ];
        return new(
            "Training rotates the kernel towards its task: the alignment of the target rises, more than that of the "
            + "neighbouring eigenfunctions.",
            LinearizedStudy.Source,
            $"alignment at the end over the start: tasks {Text(own[0])} to {Text(own[^1])}, more than 1 in "
            + $"{own.Count(g => g > 1)} of {own.Length}; a task's over its neighbors' {Text(ratios[0])} to "
            + $"{Text(ratios[^1])}, more than 1 in {ratios.Count(r => r > 1)}",
            Verdict(own.Count(g => g > 1) >= 0.75 * own.Length && ratios.Count(r => r > 1) >= 0.75 * ratios.Length));
    }

    private static StudyClaim Ends(LinearizedOptions options, LinearizedRuns runs)
    {
        var gaps = runs.Tasks.Select(task => (
            task.Index,
            Gap: (task.Run.LinearizedAtEnd.Accuracy - task.Run.LinearizedAtStart.Accuracy)
                / Error(task.Run.LinearizedAtEnd.Accuracy, task.Run.LinearizedAtStart.Accuracy, options.TestSamples)))
            .ToArray();
        string List(Func<double, bool> which)
        {
            int[] found = [.. gaps.Where(g => which(g.Gap)).Select(g => g.Index)];
            return found.Length > 0 ? string.Join(", ", found) : "none";
        }

        return new(
            "The linearization at the end of training generalizes better than that at the start where the task is "
            + "easy, and no better where the network overfits a hard one.",
            LinearizedStudy.Source,
            $"better by more than two standard errors on tasks {List(g => g > 2)}; worse on {List(g => g < -2)}",
            Array.TrueForAll(gaps, g => Math.Abs(g.Gap) <= 2)
                ? ClaimVerdict.Reported
                : Verdict(
                    gaps[..(gaps.Length / 2)].Any(g => g.Gap > 2) && !gaps[(gaps.Length / 2)..].Any(g => g.Gap > 2)));
    }

    private static StudyClaim Widths(LinearizedOptions options, LinearizedRuns runs)
    {
        var series = options.Compared.Select(index => Values(runs, "width", index)
            .Select(run => (
                run.Start.Width, Distance: KernelSimilarity.Distance(run.FinalKernel, run.Start.Kernel)))
            .OrderBy(point => point.Width).ToArray()).ToArray();
        return new(
            "Wider networks stay nearer to their linearization: their kernel moves less.",
            "Jacot, Gabriel, Hongler: Neural tangent kernel (2018)",
            "kernel distance: " + string.Join("; ", options.Compared.Zip(series, (index, points) =>
                $"task {index}: " + string.Join(", ", points.Select(p => $"m = {p.Width} {Text(p.Distance)}")))),
            Verdict(series.All(points => points.Zip(points.Skip(1)).All(p => p.Second.Distance < p.First.Distance))));
    }

    private static StudyClaim Sizes(LinearizedOptions options, LinearizedRuns runs)
    {
        var index = options.Compared[0];
        (int Samples, double Gap, double Error)[] points =
        [
            .. Values(runs, "training samples", index)
                .Select(run => (
                    run.Samples, run.Network.Accuracy - run.LinearizedAtStart.Accuracy,
                    Error(run.Network.Accuracy, run.LinearizedAtStart.Accuracy, options.TestSamples)))
                .OrderBy(p => p.Samples),
        ];
        var (few, many) = (points[0], points[^1]);
        var error = Math.Sqrt((few.Error * few.Error) + (many.Error * many.Error));
        return new(
            "The network gains on its linearization with the number of samples.",
            LinearizedStudy.Source,
            $"accuracy of the network less that of the linearization on task {index}: "
            + string.Join(", ", points.Select(p => $"n = {p.Samples} {Text(p.Gap)} ± {Text(p.Error)}")),
            Math.Abs(many.Gap - few.Gap) < 2 * error ? ClaimVerdict.Reported : Verdict(many.Gap > few.Gap));
    }

    private static StudyClaim Networks(LinearizedOptions options, LinearizedRuns runs) => new(
        "Polynomial nets and ReLU nets of other depths differ in how far they are from their linearization.",
        "no published value",
        "network/linearised at start: " + string.Join("; ", options.Compared.Select(index =>
            $"task {index}: " + string.Join(", ", Values(runs, "network", index).Select(run =>
                $"{run.Start.Network.Name} {Text(run.Network.Accuracy)}/{Text(run.LinearizedAtStart.Accuracy)}")))),
        ClaimVerdict.Reported);

    private static StudyClaim Directions(LinearizedRuns runs)
    {
        double[] indices = [.. runs.Directions.Select(direction => (double)direction.Index)];
        var least = runs.Directions[^1].Value;
        var network = RankCorrelation(indices, [.. runs.Directions.Select(d => d.Run.Network.Accuracy)]);
        var linear = RankCorrelation(indices, [.. runs.Directions.Select(d => d.Run.LinearizedAtStart.Accuracy)]);
        return new(
            "Linear tasks are learned in the order of the neural anisotropy directions, by the network and by its "
            + "linearization.",
            LinearizedStudy.Source,
            $"rank correlation of the index with the test accuracy: network {Text(network)}, linearization "
            + $"{Text(linear)}; least singular value over the first {Text(least)}"
            + (least > 0.5 ? ": this network sees all directions nearly alike" : ""),
            least > 0.5 ? ClaimVerdict.Reported : Verdict(network < -0.5 && linear < -0.5));
    }

    private static IEnumerable<TaskRun> All(LinearizedRuns runs) =>
        runs.Tasks.Select(task => task.Run).Concat(runs.Compared.Select(run => run.Run));

    private static IEnumerable<TaskRun> Values(LinearizedRuns runs, string what, int index) =>
        runs.Compared.Where(run => run.What == what && run.Task == index).Select(run => run.Run)
            .Concat(runs.Tasks.Where(task => task.Index == index).Select(task => task.Run));

    // By how many standard errors the network is better than its linearization at the start.
    private static double Gap(TaskRun run, LinearizedOptions options) =>
        (run.Network.Accuracy - run.LinearizedAtStart.Accuracy)
        / Error(run.Network.Accuracy, run.LinearizedAtStart.Accuracy, options.TestSamples);

    private static double Error(double a, double b, int tests) =>
        Math.Sqrt(Math.Pow(StandardError(a, tests), 2) + Math.Pow(StandardError(b, tests), 2));

    // Spearman's rank correlation, in which equal values share their mean rank.
    private static double RankCorrelation(double[] a, double[] b)
    {
        var (ranks, others) = (Ranks(a), Ranks(b));
        var mean = (a.Length - 1) / 2.0;
        var covariance = ranks.Zip(others, (r, s) => (r - mean) * (s - mean)).Sum();
        var sizes = Math.Sqrt(ranks.Sum(r => (r - mean) * (r - mean)) * others.Sum(s => (s - mean) * (s - mean)));
        return sizes > 0 ? covariance / sizes : 0;
    }

    private static double[] Ranks(double[] values) =>
        [.. values.Select(v => values.Count(w => w < v) + ((values.Count(w => w == v) - 1) / 2.0))];
}
