namespace HadamardNtk.Bench;

/// <summary>Steps of trainings with bottlenecks.</summary>
internal static class BottleneckPart
{
    private const int Outputs = 10;

    internal static Section Run(LargeContext context, string title)
    {
        var (n, width, steps) = (context.Size(1000, 250), context.Size(4096, 1024), 32);
        var (x, y) = (Inputs.Normal(n, 64), Inputs.Normal(n, Outputs));
        int[] bottlenecks = [2, 16, 64];
        var small = context.Size(200, 60);
        string[] heads = ["erf", "relu"];
        var rounds = Rounds.Of(context.Options.Rounds with { Count = 3 }, [
            .. bottlenecks.SelectMany(d => new Subject[]
            {
                new($"hybrid {d} 1", () => Hybrid(x, y, d, width, 1)),
                new($"hybrid {d} all", () => Hybrid(x, y, d, width, steps + 1)),
            }),
            .. heads.Select(head => new Subject($"history {head}", () => History(head, small, steps))),
        ]);
        string[] HybridRow(int d)
        {
            // The first step takes its share of the start.
            var step = (rounds.Seconds($"hybrid {d} all") - rounds.Seconds($"hybrid {d} 1")) / steps;

            // Forward, back and the gradients: three products with B and three with A, each of n M d or n M C
            // multiply-adds; and Theta_g times the cotangents.
            var operations = (2.0 * 3 * n * width * (d + Outputs)) + (2.0 * n * n * d);
            return
            [
                $"hybrid, d = {d}", Show.Milliseconds(step), Show.Number(operations / step / 1e9),
                Show.Number(100 * operations / step / context.Peak.Double), "",
            ];
        }

        string[] HistoryRow(string head)
        {
            var pairs = (double)small * small * steps * (steps - 1) / 2;
            var time = rounds.Seconds($"history {head}");
            return
            [
                $"history, {head}, d = 2", Show.Milliseconds(time / steps), "", "",
                Show.Number(time * LargeContext.Cores / pairs * 1e9),
            ];
        }

        return new(
            title,
            $"One step. Hybrid: n = {n}, C = {Outputs}, a relu head of M = {width} units; operations are those of the formulas, though "
            + $"the hidden layer is computed twice. History: n = {small}, {steps} steps, one output; ns are those of one pair "
            + "(sample now, sample of a former step) on one core, for K_f and both of its derivatives.",
            new Table(["", "ms/step", "GFLOP/s", "% of peak", "ns/pair"], [
                .. bottlenecks.Select(HybridRow),
                .. heads.Select(HistoryRow),
            ]));
    }

    private static void Hybrid(Matrix x, Matrix y, int d, int width, int steps) => BottleneckRun.Train(
        Network.Parse($"dense(w=1.41421356) relu dense bottleneck(width={d}) dense(w=1.41421356) relu dense"), x, y,
        Options(steps) with { HeadWidth = width });

    private static void History(string head, int n, int steps) => BottleneckRun.Train(
        Network.Parse($"dense(w=1.41421356) relu dense bottleneck(width=2) dense(w=1.41421356) {head} dense"),
        Inputs.Normal(n, 10), Inputs.Normal(n, 1),
        Options(steps) with { HeadWidth = 256, Mode = BottleneckMode.History });

    // Steps so small that they are never divided, with no records between.
    private static BottleneckOptions Options(int steps) => new()
    {
        Steps = steps,
        RecordEvery = steps,
        HeadRate = 1e-3,
        FeatureRate = 1e-3,
        KeepKernels = false,
        TrainJoined = false,
        StepControl = false,
    };
}
