namespace HadamardNtk.Bench;

/// <summary>The machine at its best, in operations or bytes a second.</summary>
/// <param name="CoreSingle">Float32 operations of one core.</param>
/// <param name="CoreDouble">Float64 operations of one core.</param>
/// <param name="Single">Float32 operations of all cores.</param>
/// <param name="Double">Float64 operations of all cores.</param>
/// <param name="Copy">Bytes copied, read and written each counted.</param>
/// <param name="Fill">Bytes written.</param>
internal sealed record Peak(double CoreSingle, double CoreDouble, double Single, double Double, double Copy, double Fill)
{
    private const long Steps = 4_000_000;
    private const int Numbers = 1 << 26;

    /// <summary>Measures them.</summary>
    internal static Peak Measure(LargeOptions options)
    {
        var (from, to) = (new float[Numbers], new float[Numbers]);
        var rounds = Rounds.Of(options.Rounds with { Count = 7 }, [
            new("core 32", () => PeakLoops.Single(Steps)),
            new("core 64", () => PeakLoops.Double(Steps)),
            new("all 32", () => OnAll(() => PeakLoops.Single(Steps))),
            new("all 64", () => OnAll(() => PeakLoops.Double(Steps))),
            new("copy", () => MemoryLoops.Copy(from, to)),
            new("fill", () => MemoryLoops.Fill(to, 1f)),
        ]);
        double Rate(string name, double work) => work / rounds.Seconds(name);
        var (single, twice) = (Steps * PeakLoops.SingleOperations, Steps * PeakLoops.DoubleOperations);
        return new(
            Rate("core 32", single),
            Rate("core 64", twice),
            Rate("all 32", LargeContext.Cores * single),
            Rate("all 64", LargeContext.Cores * twice),
            Rate("copy", 2.0 * Numbers * sizeof(float)),
            Rate("fill", (double)Numbers * sizeof(float)));
    }

    private static void OnAll(Action loop) => Workers.All.For(LargeContext.Cores, _ => loop());
}

/// <summary>The peak as a section.</summary>
internal static class PeakPart
{
    internal static Section Run(LargeContext context, string title)
    {
        var peak = context.Peak;
        return new(
            title,
            "A loop of fused multiply-adds that touches no memory; a copy (bytes read and bytes written both counted) and a fill of 268 MB by all cores. Shares of the peak below are shares of these.",
            new Table(["", "one core", "all cores"], [
                ["float32, GFLOP/s", Show.Number(peak.CoreSingle / 1e9), Show.Number(peak.Single / 1e9)],
                ["float64, GFLOP/s", Show.Number(peak.CoreDouble / 1e9), Show.Number(peak.Double / 1e9)],
                ["copy, GB/s", "", Show.Number(peak.Copy / 1e9)],
                ["fill, GB/s", "", Show.Number(peak.Fill / 1e9)],
            ]));
    }
}
