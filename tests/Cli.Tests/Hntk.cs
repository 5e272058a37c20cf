using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>The built command line, started as a process of its own.</summary>
public static class Hntk
{
    /// <summary>It is there against processes that never end, and not against a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Two parts above the target framework's folder: .../bin/Release/net10.0.</summary>
    private static readonly string Configuration =
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    public static string Root { get; } = FindRoot();

    private static readonly string Tool = Path.Combine(Root, "Cli", "bin", Configuration, "net10.0", "hntk.dll");

    /// <summary>Runs it in a folder to its end.</summary>
    public static Outcome Run(string folder, params string[] arguments)
    {
        using var running = Start(folder, arguments);
        return running.Wait(Patience);
    }

    public static Running Start(string folder, params string[] arguments)
    {
        Assert.True(File.Exists(Tool), $"{Tool} is not built.");
        return Launch(folder, "dotnet", [Tool, .. arguments]);
    }

    /// <summary>Starts it in a network namespace, as on a machine of its own.</summary>
    public static Running StartInNetwork(string name, string folder, params string[] arguments) =>
        Launch(folder, "ip", ["netns", "exec", name, "dotnet", Tool, .. arguments]);

    /// <summary>Runs a line of the shell, in which "$@" is the tool with its arguments.</summary>
    public static Outcome Shell(string folder, string line, params string[] arguments)
    {
        using var running = Launch(folder, "/bin/bash", ["-c", line, "bash", "dotnet", Tool, .. arguments]);
        return running.Wait(Patience);
    }

    /// <summary>Runs any program in a folder.</summary>
    public static Outcome Command(string folder, string program, params string[] arguments)
    {
        using var running = Launch(folder, program, arguments);
        return running.Wait(Patience);
    }

    private static Running Launch(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        return new Running(Process.Start(start)!);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No Hybrid.sln above the tests.");
    }
}

/// <summary>A process whose output is being read.</summary>
public sealed partial class Running : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    internal Running(Process process)
    {
        _process = process;
        process.StandardInput.Close();
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public int Id => _process.Id;

    public bool IsOver => _process.HasExited;

    /// <summary>
    /// Waits until it has computed for so many seconds of processor time, of which its start takes about one: a sign of
    /// work however busy the machine is.
    /// </summary>
    public void Works(double seconds)
    {
        for (var i = 0; ProcessorTime() < seconds; i++)
        {
            Assert.False(IsOver, "it ended before it could be stopped");
            Assert.True(i < 2400, $"it had no {seconds} s of a processor in two minutes");
            Thread.Sleep(50);
        }
    }

    public Outcome Wait(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"hntk was not done after {patience.TotalSeconds} seconds.");
        }

        // Where the machine is busy, stderr has a line of progress every 30 seconds. What no test waits for is left out.
        var error = Progress().Replace(_error.GetAwaiter().GetResult(), "");
        return new Outcome(_process.ExitCode, _output.GetAwaiter().GetResult(), error);
    }

    [GeneratedRegex(@"^[a-z]+: [^\n]* after [0-9]+ s(, about [0-9]+ s left)?\n", RegexOptions.Multiline)]
    private static partial Regex Progress();

    private double ProcessorTime()
    {
        _process.Refresh();
        return _process.HasExited ? 0 : _process.TotalProcessorTime.TotalSeconds;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
