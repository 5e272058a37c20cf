using System.Globalization;
using System.Runtime.InteropServices;

namespace HadamardNtk.Bench;

/// <summary>What was measured on, and with.</summary>
internal static class Machine
{
    /// <summary>A list in Markdown.</summary>
    internal static IEnumerable<string> Lines(LargeContext context) =>
        Facts(context).SelectMany(f => Section.Wrapped($"- {f.What}: {f.Value}").Select((line, i) => i == 0 ? line : $"  {line}"));

    private static IEnumerable<(string What, string Value)> Facts(LargeContext context) =>
    [
        ("processor", $"{Processor.Name}, {Environment.ProcessorCount} cores, vectors of {(int)VectorWidths.Widest} bits"),
        ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Memory} GB of memory"),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("HadamardNtk", typeof(InfiniteKernel).Assembly.GetName().Version?.ToString(3) ?? "unknown"),
        ("BLAS", context.Blas is { } blas ? $"{blas.Name}: {blas.Blas.Version}" : context.BlasReason),
        ("date", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ("run", $"{(context.Options.IsQuick ? "quick (small sizes: not for comparison)" : "full")}, load before it {Load}"),
    ];

    private static string Memory =>
        Show.Number(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9);

    // Other work on the machine: the mean number of busy threads in the last minute.
    private static string Load { get; } =
        OperatingSystem.IsLinux() ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
