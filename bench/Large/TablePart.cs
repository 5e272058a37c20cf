namespace HadamardNtk.Bench;

/// <summary>The table: whole Gram matrices into memory that is there, beside the reference's figures.</summary>
internal static class TablePart
{
    private const double BoundAim = 1.5;

    internal static Section Run(LargeContext context, string title)
    {
        var n = context.Size(4096, 1024);
        var samples = new Dictionary<int, Matrix> { [16] = Inputs.Normal(n, 16), [784] = Inputs.Normal(n, 784) };
        TableCase[] cases = [.. ReferenceFigures.All.SelectMany(f => new[] { true, false }.Select(single => new TableCase(f, single, samples[f.Features])))];
        var (costs, rounds) = (FunctionCosts.Measure(context.Options.Rounds, ["Acos", "Exp", "Atan2", "AtanRight"]), Measure(context, cases, samples, n));
        return new(
            title,
            $"Tangent kernels, n = {n}, d = 16 (784 where it says so), the full matrix, {LargeContext.Cores} cores; medians of {rounds.Count} interleaved rounds. ns per entry of the n x n matrix; JAX is {ReferenceFigures.Source}; Mp/s are millions of pairs i <= j a second and core; calls are the elementary functions of a pair (sinh: e^-m sinh c), floor what they alone take in ns per entry.",
            new Table(
                ["network", "", "ns", "JAX", "faster", "aim", "Mp/s", "calls", "floor"],
                [.. cases.Select(c => Row(c, rounds, costs, n))]),
            "Rates that were aimed at, in millions of pairs a second and core:",
            new Table(
                ["network", "", "Mp/s", "aim"],
                [.. cases.Where(c => c.RateAim is not null).Select(c => new[] { c.Figure.Name, c.Type, Show.Number(Rate(c, rounds, n)), $"{c.RateAim}" })]),
            $"Networks of at most one cheap function, and large d, are bound by the inner products and the writing of n x n numbers; so are aims of at most {BoundAim} times both. {YardsticksPart.Blas(context)}",
            new Table(
                ["bound", "", "ms", "syrk ms", "fill ms", "ratio", "aim"],
                [.. cases.Where(c => c.Figure.IsBound).Select(c => Bound(c, rounds))]));
    }

    private static Rounds Measure(LargeContext context, TableCase[] cases, Dictionary<int, Matrix> samples, int n)
    {
        var (singles, doubles) = (new float[n * n], new double[n * n]);
        return Rounds.Of(context.Options.Rounds, [
            .. cases.Select(c => c.Subject(singles, doubles)),
            .. samples.SelectMany(s => Syrk.Single($"syrk {s.Key} f32", context.Blas, s.Value, singles)),
            .. samples.SelectMany(s => Syrk.Double($"syrk {s.Key} f64", context.Blas, s.Value, doubles)),
            new("fill f32", () => MemoryLoops.Fill(singles, 1f)),
            new("fill f64", () => MemoryLoops.Fill(doubles, 1.0)),
        ]);
    }

    private static string[] Row(TableCase c, Rounds rounds, FunctionCosts costs, double n)
    {
        var ns = rounds.Seconds(c.Name) / (n * n) * 1e9;
        var figure = c.Figure.Figure(c.IsSingle);
        return
        [
            c.Figure.Features == 16 ? c.Figure.Name : $"{c.Figure.Name} 784", c.Type, Show.Number(ns),
            figure is { } reference ? $"{reference}" : "-", Show.Times(figure / ns ?? double.NaN),
            c.Figure.IsBound || figure is null ? "-" : $"{c.Figure.Aim(c.IsSingle)}x",
            Show.Number(Rate(c, rounds, n)), Calls(c), Show.Number(Floor(c, costs)),
        ];
    }

    // Millions of pairs a second and core.
    private static double Rate(TableCase c, Rounds rounds, double n) =>
        n * (n + 1) / 2 / rounds.Seconds(c.Name) / LargeContext.Cores / 1e6;

    private static string Calls(TableCase c) =>
        string.Join(' ', c.Calls().Select(f => $"{f.Count} {Short(f.Name)}").Concat(c.Series() is > 0 and var s ? [$"{s} series"] : []).DefaultIfEmpty("-"));

    private static string Short(string function) => function == "AtanRight" ? "atan" : function.ToLowerInvariant();

    // Half of the entries are mirror images, and all cores share the work.
    private static double Floor(TableCase c, FunctionCosts costs) =>
        c.Calls().Count == 0 ? double.NaN : c.Calls().Sum(f => f.Count * costs.Of(f.Name, c.IsSingle)) / 2 / LargeContext.Cores;

    private static string[] Bound(TableCase c, Rounds rounds) =>
    [
        $"{c.Figure.Name}, d = {c.Figure.Features}", c.Type, Show.Milliseconds(rounds.Seconds(c.Name)),
        Show.Milliseconds(rounds.Seconds(c.Bounds[0])), Show.Milliseconds(rounds.Seconds(c.Bounds[1])),
        Show.Number(rounds.Ratio(c.Name, c.Bounds)), $"{BoundAim}",
    ];
}
