using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace HadamardNtk.Bench;

/// <summary>
/// BenchmarkDotNet on the pieces, in this process: what is measured is the assembly that was built, whatever the
/// solution's settings do to projects that are generated.
/// </summary>
internal static class PiecesRun
{
    /// <summary>Runs the benchmarks that the arguments choose.</summary>
    internal static int Start(string[] args)
    {
        var job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithMinIterationTime(TimeInterval.FromMilliseconds(50))
            .WithIterationTime(TimeInterval.FromMilliseconds(100))
            .WithMinIterationCount(5)
            .WithMaxIterationCount(15);
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(job)
            .WithArtifactsPath(Path.Combine(Repository.Root, "bench", "BenchmarkDotNet.Artifacts"))
            .WithOptions(ConfigOptions.DisableLogFile)
            .HideColumns(
                "Error", "RatioSD", "Job", "Toolchain", "MinIterationCount", "MaxIterationCount", "MinIterationTime", "IterationTime",
                "IterationCount", "InvocationCount", "UnrollFactor", "WarmupCount", "Namespace")
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
        BenchmarkSwitcher.FromAssembly(typeof(PiecesRun).Assembly).Run(args, config);
        return 0;
    }
}
