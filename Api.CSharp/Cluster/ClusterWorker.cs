using Microsoft.Extensions.Hosting;

namespace HadamardNtk;

/// <summary>
/// A worker of a cluster, which computes tiles of Gram matrices for clients such as <see cref="ClusterKernel"/>. Every
/// worker is also a member that may coordinate jobs.
/// </summary>
public static class ClusterWorker
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Joins the cluster and works until it is stopped. A worker that the others took for dead, since it was paused or
    /// cut off, joins again.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="worker">What the worker offers. Null stands for the defaults.</param>
    /// <param name="stop">The token that ends the worker.</param>
    /// <param name="joined">Is called when the worker has joined. It may be null.</param>
    /// <exception cref="ArgumentException">
    /// An option is wrong, or the worker would listen to other machines without a secret or certificates.
    /// </exception>
    /// <exception cref="DataFormatException">A file with a certificate cannot be used.</exception>
    /// <exception cref="IOException">A folder that it shares cannot be looked up.</exception>
    /// <exception cref="ClusterException">The cluster cannot be joined.</exception>
    /// <exception cref="OperationCanceledException">
    /// The token ended the worker before it had joined. Afterwards the token is its usual end, and no error.
    /// </exception>
    public static async Task RunAsync(
        ClusterOptions cluster,
        ClusterWorkerOptions? worker = null,
        CancellationToken stop = default,
        Action? joined = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var address = ClusterCheck.Address(cluster);
        for (var hasJoined = false; !stop.IsCancellationRequested; hasJoined = true)
        {
            using var dead = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var reason = "";
            var host = ClusterHosts.Worker(cluster, worker ?? new(), why =>
            {
                reason = why;
                Leave(dead);
            });
            try
            {
                if (await Joins(host, cluster.Patience, address.Shown, hasJoined, stop))
                {
                    joined?.Invoke();
                    joined = null;
                    await Until(dead.Token);
                    if (!stop.IsCancellationRequested)
                    {
                        ClusterLog.Rejoin(HostTasks.Log(host), reason);
                    }
                }
            }
            finally
            {
                // A member that others took for dead cannot take leave of them, and is dropped.
                await HostTasks.End(host, stop.IsCancellationRequested ? Farewell : TimeSpan.FromSeconds(1));
            }
        }
    }

    // One that was a member before tries again and again.
    private static async Task<bool> Joins(
        IHost host, TimeSpan patience, string cluster, bool hasJoined, CancellationToken stop)
    {
        try
        {
            await HostTasks.Start(host, patience, stop);
            return true;
        }
        catch (Exception e) when (hasJoined && !stop.IsCancellationRequested && e is not ArgumentException)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            return false;
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is not ArgumentException)
        {
            throw new ClusterException(
                cluster, "a cluster to join", ClusterFailure.Reason(e),
                "start its Redis or PostgreSQL, or name another address", e);
        }
    }

    private static void Leave(CancellationTokenSource dead) => Task.Run(() =>
    {
        try
        {
            dead.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The host was stopped meanwhile.
        }
    });

    private static async Task Until(CancellationToken stop)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registered = stop.Register(over.SetResult);
        await over.Task;
    }
}
