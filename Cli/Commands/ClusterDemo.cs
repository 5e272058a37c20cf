using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk cluster demo: three workers on this machine, of which one is killed in the middle.</summary>
internal static class ClusterDemo
{
    private const string Net = "(dense(w=1.41421356) relu)^3 dense";
    private const int Workers = 3;
    private const int Features = 50;

    internal static Command Create()
    {
        var json = Inputs.Json();
        var rows = Inputs.Count("--rows", "The number of samples. [default: 8000]", 1000);
        var command = new Command(
            "demo", "Starts three workers on this machine, kills one, and compares the result with one process.")
        {
            rows, json,
        };
        command.Examples("hntk cluster demo", "hntk cluster demo --rows 12000 --json");
        command.SetAction((parsed, stop) => Run(parsed.GetValue(rows) ?? 8000, parsed.GetValue(json), stop));
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> Run(int rows, bool json, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("hntk-demo-").FullName;
        var port = FreePorts.Pair();
        var workers = new List<Process>();
        try
        {
            for (var k = 0; k < Workers; k++)
            {
                // The process is in the list, and is ended with the others, before it has joined.
                workers.Add(Process.Start(WorkerCommand(port, folder))!);
                await Joined(workers[k], stop);
                Say(json, $"worker {k + 1} joined as process {workers[k].Id}");
            }

            var outcome = await Compare(rows, port, folder, workers, json, stop);
            Output.Result(json, new(), [.. outcome]);
            return outcome.Exists(field => field is ("same_bytes", true)) ? 0 : Failures.Computation;
        }
        finally
        {
            foreach (var worker in workers)
            {
                if (!worker.HasExited)
                {
                    worker.Kill();
                }

                worker.WaitForExit();
                worker.Dispose();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<(string Key, object? Value)>> Compare(
        int rows, int port, string folder, List<Process> workers, bool json, CancellationToken stop)
    {
        var (kernel, x) = (Network.Parse(Net).Ntk(), DemoSamples(rows));
        var (one, many) = (Path.Combine(folder, "one.npy"), Path.Combine(folder, "many.npy"));
        var clock = Stopwatch.StartNew();
        kernel.WriteGram(one, x, cancellation: stop);
        var alone = clock.Elapsed.TotalSeconds;
        Say(json, $"one process alone computed {rows} x {rows} entries in {alone:F2} s");
        await using var cluster = await ClusterKernel.ConnectAsync(kernel, Address(port), cancellation: stop);
        var victim = workers[^1];
        var options = new GramOptions
        {
            Progress = new Killer(victim, part => Say(json, $"killed worker {Workers} with {100 * part:F0} % done")),
        };
        clock.Restart();
        await Task.Run(() => cluster.WriteGram(many, x, null, options, cancellation: stop), stop);
        var together = clock.Elapsed.TotalSeconds;
        Say(json, $"the cluster computed them in {together:F2} s");
        return
        [
            ("rows", rows), ("workers", Workers), ("killed", victim.HasExited ? 1 : 0), ("seconds_alone", alone),
            ("seconds_cluster", together), ("same_bytes", Same(one, many)),
        ];
    }

    private static ClusterOptions Address(int port) => new() { Address = $"localhost:{port}", Name = "demo" };

    private static Matrix DemoSamples(int rows)
    {
        var random = new Random(1);
        var numbers = new double[rows * Features];
        for (var k = 0; k < numbers.Length; k++)
        {
            numbers[k] = 2 * random.NextDouble() - 1;
        }

        return Matrix.Wrap(numbers, rows, Features);
    }

    private static bool Same(string one, string other)
    {
        using var a = File.OpenRead(one);
        using var b = File.OpenRead(other);
        return SHA256.HashData(a).AsSpan().SequenceEqual(SHA256.HashData(b));
    }

    // An installed tool is a program of its own, which adds the path of its dll. The program dotnet is told the path.
    private static ProcessStartInfo WorkerCommand(int port, string folder)
    {
        var (program, dll) = (Environment.ProcessPath!, typeof(ClusterDemo).Assembly.Location);
        string[] arguments =
        [
            .. Path.GetFileNameWithoutExtension(program) == "dotnet" ? (string[])[dll] : [],
            "worker", "--cluster", $"localhost:{port}", "--name", "demo", "--threads", "1", "--shared", folder,
        ];
        return new(program, arguments) { RedirectStandardOutput = true };
    }

    private static async Task Joined(Process worker, CancellationToken stop)
    {
        if (await worker.StandardOutput.ReadLineAsync(stop) is null)
        {
            throw new UsageException("Expected a worker to join; it ended instead.");
        }
    }

    private static void Say(bool json, FormattableString text)
    {
        if (!json)
        {
            Output.Line(text.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// Kills a process when a tenth of the work is reported, or after half a second, since tiles are reported in
    /// batches.
    /// </summary>
    private sealed class Killer(Process victim, Action<double> say) : IProgress<double>
    {
        private const int MostReports = 25;

        private bool _isDone;
        private int _reports;

        public void Report(double value)
        {
            if (!_isDone && (value >= 0.1 || ++_reports >= MostReports) && value < 1)
            {
                _isDone = true;
                victim.Kill();
                victim.WaitForExit();
                say(value);
            }
        }
    }
}
