using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>A cluster of workers in this process, which find one another by a port of their own.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _workers = [];

    private LocalCluster(ClusterOptions options) => Options = options;

    internal ClusterOptions Options { get; }

    internal static async Task<LocalCluster> Start(int workers, params ClusterWorkerOptions[] others)
    {
        ClusterWorkerOptions[] all = [.. Enumerable.Repeat(new ClusterWorkerOptions { Threads = 1 }, workers), .. others];
        try
        {
            return await OnFreePorts(all);
        }
        catch (ClusterException)
        {
            // Another process may take the ports between their choice and their use.
            return await OnFreePorts(all);
        }
    }

    private static async Task<LocalCluster> OnFreePorts(ClusterWorkerOptions[] workers)
    {
        var cluster = new LocalCluster(new()
        {
            Address = $"localhost:{FreePorts.Pair()}",
            Name = "tests",
            Patience = TimeSpan.FromSeconds(20),
        });
        try
        {
            await cluster.Add(workers);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    internal async Task Add(params ClusterWorkerOptions[] workers)
    {
        foreach (var worker in workers)
        {
            _workers.Add(await Join(Options, worker, _stop.Token));
        }
    }

    /// <summary>Starts a worker, and returns it when it has joined.</summary>
    internal static async Task<Task> Join(ClusterOptions options, ClusterWorkerOptions worker, CancellationToken stop)
    {
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Task.Run(
            () => ClusterWorker.RunAsync(options with { Patience = Patience }, worker, stop, joined.SetResult),
            CancellationToken.None);
        await Within(Task.WhenAny(joined.Task, running), "a worker to join");
        if (running.IsCompleted)
        {
            await running;
        }

        return running;
    }

    /// <summary>Waits for something, but not for ever.</summary>
    internal static async Task Within(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"waited {Patience.TotalSeconds:F0} s for {what}");
        }
    }

    /// <summary>Waits on a worker's thread for something, but not for ever.</summary>
    internal static void Wait(ManualResetEventSlim signal, string what) =>
        Assert.True(signal.Wait(Patience, CancellationToken.None), $"waited {Patience.TotalSeconds:F0} s for {what}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Within(Task.WhenAll(_workers), "the workers to end");
    }
}

/// <summary>Workers of several tests share this machine's ports and processors, so that these tests run one by one.</summary>
[CollectionDefinition(nameof(LocalCluster), DisableParallelization = true)]
public class LocalClusterCollection;
