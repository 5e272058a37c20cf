using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

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
            .WithMinIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(50))
            .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100))
            .WithMaxIterationCount(15);
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(job)
            .WithArtifactsPath(Path.Combine(Repository.Root, "bench", "BenchmarkDotNet.Artifacts"))
            .WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.JoinSummary)
            .HideColumns("Error", "RatioSD", "Job", "Toolchain", "MaxIterationCount", "MinIterationTime", "IterationTime", "WarmupCount", "Namespace");
        BenchmarkSwitcher.FromAssembly(typeof(PiecesRun).Assembly).Run(args, config);
        return 0;
    }
}
