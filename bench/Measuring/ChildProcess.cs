using System.Diagnostics;

namespace HadamardNtk.Bench;

/// <summary>What a process did.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="PeakBytes">The most memory that it held at once; 0 where it was not watched.</param>
/// <param name="Output">What it printed.</param>
internal sealed record ChildRun(double Seconds, long PeakBytes, string Output);

/// <summary>Runs .NET programs as processes of their own.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="isWatched">Whether its memory is asked for, every 20 ms.</param>
    /// <param name="arguments">The program's file and its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static ChildRun Run(bool isWatched, params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(StartOf(arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var peak = 0L;
        while (isWatched && !process.WaitForExit(Glance))
        {
            peak = Math.Max(peak, Peak(process));
        }

        process.WaitForExit();
        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new(seconds, peak, output.Result)
            : throw new InvalidOperationException($"{Path.GetFileName(arguments[0])} ended with {process.ExitCode}: {error.Result.Trim()}");
    }

    private static ProcessStartInfo StartOf(string[] arguments)
    {
        var start = new ProcessStartInfo(Host) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_NOLOGO"] = start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string Host =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    // On Linux the VmHWM of the process.
    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
