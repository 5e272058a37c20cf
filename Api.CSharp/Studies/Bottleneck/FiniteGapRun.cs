namespace HadamardNtk;

/// <summary>
/// Networks of one finite width with a bottleneck of width 2 beside the simulation from the same starts.
/// </summary>
/// <param name="Width">m.</param>
/// <param name="Gaps">
/// The distance of the outputs after all steps, relative to how far those of the simulation moved, of each start.
/// </param>
internal sealed record FiniteGapRun(int Width, double[] Gaps)
{
    private const int Samples = 10;
    private const int Tests = 20;

    /// <summary>The part of the half-stable rate of the joined network that is taken: starts differ.</summary>
    private const double Share = 0.25;

    internal static IReadOnlyList<FiniteGapRun> All(
        BottleneckStudyOptions options, Action<double> progress, CancellationToken cancellation)
    {
        if (options.Finite is not { } training)
        {
            return [];
        }

        var task = BottleneckTask.Sphere(
            options with { Samples = Samples, TestSamples = Tests, Dimension = 3, Degrees = [1, 2] });
        var network = BottleneckNetwork.Of(new BottleneckSetting(1, 2, "relu", 1).Network);
        var rate = Share * new JoinedDescent(network.Joined.Ntk(), task.X, cancellation).Rate;
        List<FiniteGapRun> runs = [];
        foreach (var width in options.FiniteWidths)
        {
            runs.Add(new(
                width,
                [
                    .. Enumerable.Range(1, options.FiniteStarts).Select(start => Gap(
                        task, network, width, options.Seed + (7919L * start), rate, training, options,
                        cancellation)),
                ]));
            progress(runs.Count / (double)options.FiniteWidths.Count);
        }

        return runs;
    }

    private static double Gap(
        BottleneckTask task, BottleneckNetwork network, int width, long seed, double rate, IFiniteTraining training,
        BottleneckStudyOptions options, CancellationToken cancellation)
    {
        var all = Matrix.Wrap([.. task.X.Data, .. task.TestX.Data], Samples + Tests, task.X.Columns);
        var simulated = BottleneckRun.Train(
            network.Network, task.X, task.Y, new()
            {
                Steps = options.FiniteSteps,
                RecordEvery = options.FiniteSteps,
                Mode = BottleneckMode.History,
                HeadRate = rate,
                FeatureRate = rate,
                Start = BottleneckStart.OfFinite(network, all, 1, width, seed),
                StepControl = false,
                TestSamples = task.TestX,
                TrainJoined = false,
                KeepKernels = false,
            },
            null, cancellation).Records;
        var start = simulated[0].Predictions;
        var targets = Entrywise.Add(task.Y, start.SelectRows(0, Samples), -1);
        var finite = training.Train(
            new(network.Finite(), width, seed, task.X, targets, rate, [options.FiniteSteps], all), cancellation)[0];
        var moved = Entrywise.Add(simulated[^1].Predictions, start, -1);
        var gap = Entrywise.Add(finite, moved, -1).Data;
        return Math.Sqrt(RowProducts.Dot(gap, gap) / RowProducts.Dot(moved.Data, moved.Data));
    }
}
