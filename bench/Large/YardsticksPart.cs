namespace HadamardNtk.Bench;

/// <summary>What others need for the same inner products, and what writing alone needs.</summary>
internal static class YardsticksPart
{
    internal static Section Run(LargeContext context, string title)
    {
        var (small, large) = (context.Size(4096, 1024), context.Size(8192, 2048));
        var to = new float[(long)large * large];
        var few = to.AsSpan(0, small * small).ToArray();
        var (deep, thin, wide) = (Inputs.Normal(small, 784), Inputs.Normal(small, 16), Inputs.Normal(large, 784));
        var rounds = Rounds.Of(context.Options.Rounds, [
            .. Syrk.Single("deep", context.Blas, deep, few),
            .. Syrk.Single("thin", context.Blas, thin, few),
            .. Syrk.Single("wide", context.Blas, wide, to),
            new("fill few", () => MemoryLoops.Fill(few, 1f)),
            new("fill", () => MemoryLoops.Fill(to, 1f)),
        ]);
        string[] Row(string what, string name, int n, int d) =>
        [
            what, $"{n}", $"{d}", Show.Milliseconds(rounds.Seconds(name)), Show.Number(Rate(n, d) / 1e9),
            Show.Percent(Rate(n, d) / context.Peak.Single),
        ];
        double Rate(double n, double d) => Syrk.Operations(n, d) / rounds.Seconds(Name((int)n, (int)d));
        string Name(int n, int d) => n == large ? "wide" : d == 16 ? "thin" : "deep";
        string[] Fill(string name, int n) => ["fill n x n", $"{n}", "", Show.Milliseconds(rounds.Seconds(name)), "", ""];
        return new(
            title,
            $"Float32, all cores. {Blas(context)} On the machine of the reference's figures ssyrk took 76 to 105 ms at n = 4096, d = 784 and 12 ms at d = 16.",
            new Table(["", "n", "d", "ms", "GFLOP/s", "of peak"], [
                Row("ssyrk", "deep", small, 784),
                Row("ssyrk", "thin", small, 16),
                Row("ssyrk", "wide", large, 784),
                Fill("fill few", small),
                Fill("fill", large),
            ]));
    }

    /// <summary>Whose ssyrk it is, or why there is none.</summary>
    internal static string Blas(LargeContext context) =>
        context.Blas is { } blas ? $"ssyrk (dsyrk in float64) is that of {blas.Name}." : $"No ssyrk here: {context.BlasReason}";
}
