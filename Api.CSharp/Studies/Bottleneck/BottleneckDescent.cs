namespace HadamardNtk;

/// <summary>One training of a network with a bottleneck until it has learned its task, beside the joined one.</summary>
internal sealed class BottleneckDescent
{
    // The first try has this many steps, and each further one twice as many: steps after the task is learned may cost
    // much, as the kernel has grown.
    private const int FirstSteps = 10;

    private BottleneckDescent(int start) => Start = start;

    /// <summary>The number of the start, from 1.</summary>
    internal int Start { get; }

    /// <summary>The loss after each step, relative to that at the start.</summary>
    internal double[] Losses { get; private init; } = [];

    /// <summary>Whether the task is learned.</summary>
    internal bool IsLearned { get; private init; }

    /// <summary>The number of steps until it is, or of all.</summary>
    internal double Steps { get; private init; }

    /// <summary>The same of the network without the bottleneck.</summary>
    internal double JoinedSteps { get; private init; }

    /// <summary>The loss of that network at some steps, relative to the start.</summary>
    internal (double[] Steps, double[] Losses) Joined { get; private init; } = ([], []);

    /// <summary>How much sooner the task is learned than without the bottleneck; at most that if it is not.</summary>
    internal double Acceleration => JoinedSteps / Steps;

    /// <summary>|g_t − g_0|/|g_0| at the end.</summary>
    internal double Motion { get; private init; }

    /// <summary>The part of test samples whose class is right at the end, where the targets are classes.</summary>
    internal double? TestAccuracy { get; private init; }

    /// <summary>The loss over the test samples at the end, over that of targets 0.</summary>
    internal double TestLoss { get; private init; }

    /// <summary>
    /// The greatest distance of the predictions at the test samples to those of the joined network on the way to the
    /// end, relative to the targets.
    /// </summary>
    internal double Distance { get; private init; }

    /// <summary>yᵀΘ_F y/(|Θ_F| yᵀy) at the steps 0, 1, 2, 4, 8, … and at the end.</summary>
    internal (double[] Steps, double[] Values) Alignment { get; private init; } = ([], []);

    /// <summary>
    /// The embeddings of all samples where some parts of the loss are left, at d = 2 alone, the first ones at the
    /// start.
    /// </summary>
    internal IReadOnlyList<EmbeddingSnapshot> Snapshots { get; private init; } = [];

    /// <summary>The greatest number of parts of a step.</summary>
    internal int MostParts { get; private init; }

    /// <summary>A training, or null if its steps cannot be made small enough.</summary>
    internal static BottleneckDescent? Of(
        BottleneckTask task, BottleneckSetting setting, JoinedDescent joined, int start, BottleneckStudyOptions options,
        CancellationToken cancellation)
    {
        for (var steps = FirstSteps; ; steps *= 2)
        {
            try
            {
                steps = Math.Min(steps, options.Steps);
                var run = BottleneckRun.Train(
                    setting.Network, task.X, task.Y, new()
                    {
                        Steps = steps,
                        RecordEvery = 1,
                        HeadWidth = options.HeadWidth,
                        HeadRate = joined.Rate,
                        FeatureRate = joined.Rate,
                        LabelScale = setting.Scale,
                        Seed = options.Seed + (7919 * start),
                        TestSamples = task.TestX,
                        TestTargets = task.TestY,
                    },
                    null, cancellation);
                if (steps == options.Steps || run.Records[^1].Loss <= options.Part * run.Records[0].Loss)
                {
                    return Of(task, setting, joined, start, run, options, cancellation);
                }
            }
            catch (StepsTooLongException)
            {
                return null;
            }
        }
    }

    private static BottleneckDescent Of(
        BottleneckTask task, BottleneckSetting setting, JoinedDescent joined, int start, BottleneckRun run,
        BottleneckStudyOptions options, CancellationToken cancellation)
    {
        var (records, n) = (run.Records, task.X.Rows);
        double[] losses = [.. records.Select(record => record.Loss / records[0].Loss)];
        var learned = Array.FindIndex(losses, loss => loss <= options.Part);
        var end = learned > 0 ? learned : records.Count - 1;
        var residuals = Entrywise.Add(records[0].Predictions.SelectRows(0, n), run.Targets, -1).Data;
        var joinedSteps = joined.Steps(residuals, options.Part);
        double[] times = [.. Enumerable.Range(0, 81).Select(k => joinedSteps * k / 80)];
        return new(start)
        {
            Losses = losses,
            IsLearned = learned > 0 && double.IsFinite(joinedSteps),
            Steps = learned > 0
                ? JoinedDescent.Crossing(end - 1, losses[end - 1], end, losses[end], options.Part)
                : end,
            JoinedSteps = joinedSteps,
            Joined = double.IsFinite(joinedSteps) ? (times, joined.Losses(residuals, times)) : ([], []),
            Motion = records[end].Motion,
            TestAccuracy = records[end].TestAccuracy,
            TestLoss = records[end].TestLoss!.Value / MeanSquare(task.TestY.Data, setting.Scale),
            Distance = records.Take(end + 1).Max(record => DistanceOf(record, task, setting.Scale)),
            Alignment = Aligned(records, end, run, cancellation),
            Snapshots = setting.Width == 2 ? [.. EmbeddingSnapshot.Of(records, losses, end, options)] : [],
            MostParts = records.Take(end + 1).Max(record => record.Parts),
        };
    }

    // The loss 1/(2n) |αy|² of the prediction 0.
    private static double MeanSquare(double[] y, double scale) =>
        scale * scale * RowProducts.Dot(y, y) / (2 * y.Length);

    private static double DistanceOf(BottleneckRecord record, BottleneckTask task, double scale)
    {
        var (n, y) = (task.X.Rows, task.TestY.Data);
        var difference = Entrywise.Add(record.Predictions, record.JoinedPredictions!, -1).Data.AsSpan(n);
        return Math.Sqrt(RowProducts.Dot(difference, difference) / RowProducts.Dot(y, y)) / scale;
    }

    private static (double[] Steps, double[] Values) Aligned(
        IReadOnlyList<BottleneckRecord> records, int end, BottleneckRun run, CancellationToken cancellation)
    {
        int[] places =
        [
            .. Enumerable.Range(0, 32).Select(k => k == 0 ? 0 : 1L << (k - 1)).Where(k => k < end)
                .Select(k => (int)k),
            end,
        ];
        return (
            [.. places.Select(k => (double)records[k].Step)],
            [
                .. places.Select(k => TargetAlignment.MeanOf(
                    records[k].Kernel().Gram(run.TrainingPlaces, null, cancellation), run.Targets,
                    new(Environment.ProcessorCount, cancellation))),
            ]);
    }
}
