using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>
/// Starts and ends hosts of Orleans within a time. Some of their stages do not look at the token that ends them, such
/// as the search for a gateway, or a farewell to a list of members that is gone, which is tried for minutes.
/// </summary>
internal static class HostTasks
{
    /// <summary>The time in which a host hears that its time is over.</summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Starts a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="patience">The time that it has.</param>
    /// <param name="stop">The token that ends the attempt.</param>
    /// <param name="grace">The time for its answer to the end of the patience; five seconds if null.</param>
    /// <exception cref="TimeoutException">It does not start within the time.</exception>
    internal static async Task Start(IHost host, TimeSpan patience, CancellationToken stop, TimeSpan? grace = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        try
        {
            await Task.Run(() => host.StartAsync(limit.Token), CancellationToken.None)
                .WaitAsync(patience + (grace ?? Grace), stop).ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is TimeoutException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new TimeoutException($"none within {patience.TotalSeconds:F0} s", e);
        }
    }

    /// <summary>Stops and disposes of a host. What does not end in time is left behind.</summary>
    /// <param name="host">The host, whether it was started or not.</param>
    /// <param name="farewell">The time in which it may take leave of the others.</param>
    /// <param name="grace">The time after that, and for the disposal; five seconds if null.</param>
    internal static async Task End(IHost host, TimeSpan farewell, TimeSpan? grace = null)
    {
        var (log, more) = (Log(host), grace ?? Grace);
        using var limit = new CancellationTokenSource(farewell);
        await Within(farewell + more, log, "stop", () => host.StopAsync(limit.Token)).ConfigureAwait(false);
        await Within(more, log, "free what it held", () =>
        {
            host.Dispose();
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }

    /// <summary>The log of a host.</summary>
    internal static ILogger Log(IHost host) =>
        host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("HadamardNtk.Cluster");

    private static async Task Within(TimeSpan time, ILogger log, string what, Func<Task> task)
    {
        try
        {
            await Task.Run(task).WaitAsync(time).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ClusterLog.LeftBehind(log, what, e.Message);
        }
    }
}
