using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests.Cluster;

/// <summary>Workers as real processes, with a Redis of their own where it is wanted.</summary>
internal sealed class ClusterProcesses : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly string[] _common;
    private readonly int _redisPort;
    private Process? _redis;

    private ClusterProcesses(string folder, string address, int redisPort) =>
        (_folder, _common, _redisPort) = (folder, ["--cluster", address, "--name", "tests"], redisPort);

    /// <summary>The options that name the cluster.</summary>
    internal string[] Common => _common;

    internal List<Running> Workers { get; } = [];

    /// <summary>A cluster whose first worker keeps the list of members.</summary>
    internal static ClusterProcesses OnLocalhost(string folder) => new(folder, $"localhost:{FreePair()}", 0);

    /// <summary>A cluster with the list of members in a Redis that writes all it knows to its disk.</summary>
    internal static ClusterProcesses OnRedis(string folder, string host = "127.0.0.1")
    {
        var found = Hntk.Command(folder, "/bin/bash", "-c", "command -v redis-server");
        Assert.SkipWhen(found.Code != 0, "there is no redis-server; apt-get install redis-server.");
        var port = FreePair();
        var cluster = new ClusterProcesses(folder, $"redis://{host}:{port}", port);
        cluster.StartRedis(host);
        return cluster;
    }

    internal void StartRedis(string host = "127.0.0.1")
    {
        string[] arguments =
        [
            "--port", $"{_redisPort}", "--bind", host, "--protected-mode", "no", "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--dir", _folder,
        ];
        _redis = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        _redis.OutputDataReceived += (_, _) => { };
        _redis.BeginOutputReadLine();
    }

    internal void KillRedis()
    {
        _redis!.Kill();
        _redis.WaitForExit();
    }

    internal void StartWorkers(int count, params string[] more)
    {
        for (var k = 0; k < count; k++)
        {
            Workers.Add(Hntk.Start(_folder, ["worker", .. _common, "--threads", "1", .. more]));
        }

        WaitFor(() => Status().GetProperty("workers").GetArrayLength() >= Workers.Count(w => !w.IsOver));
    }

    internal Running StartGram(params string[] arguments) => Hntk.Start(_folder, ["gram", .. _common, .. arguments]);

    /// <summary>What the cluster says of itself, or an empty answer where it says nothing.</summary>
    internal JsonElement Status()
    {
        var asked = Hntk.Run(_folder, ["cluster", "status", .. _common, "--patience", "5", "--json"]);
        using var document = JsonDocument.Parse(asked.Code == 0 ? asked.Output : "{\"workers\": [], \"jobs\": []}");
        return document.RootElement.Clone();
    }

    /// <summary>The tiles of the first job that are done, and who coordinates it.</summary>
    internal (int Done, int Coordinator) Job()
    {
        var jobs = Status().GetProperty("jobs");
        return jobs.GetArrayLength() == 0
            ? (0, 0)
            : (jobs[0].GetProperty("done").GetInt32(), ProcessOf(jobs[0].GetProperty("coordinator").GetString()!));
    }

    internal static void WaitFor(Func<bool> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < Patience, "waited too long");
            Thread.Sleep(100);
        }
    }

    public void Dispose()
    {
        foreach (var worker in Workers)
        {
            worker.Dispose();
        }

        Workers.Clear();
        if (_redis is { HasExited: false })
        {
            KillRedis();
        }

        Directory.GetDirectories(_folder, "appendonlydir").ToList().ForEach(folder => Directory.Delete(folder, true));
    }

    private static int ProcessOf(string name) =>
        int.TryParse(name.Split(':')[^1], out var process) ? process : 0;

    internal static int FreePair()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }

        throw new InvalidOperationException("No two free ports in a row.");
    }
}
