using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HadamardNtk;

/// <summary>The connection of a client to a cluster.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    /// <summary>The time of one attempt to connect, which may begin at the end of the patience.</summary>
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    private readonly IHost _host;
    private int _isDisposed;

    private ClusterConnection(IHost host, ClusterOptions options, ClusterAddress address) =>
        (_host, Options, Address, Client) =
            (host, options, address, host.Services.GetRequiredService<IClusterClient>());

    /// <summary>The options.</summary>
    internal ClusterOptions Options { get; }

    /// <summary>The address.</summary>
    internal ClusterAddress Address { get; }

    /// <summary>The group of this client's jobs of products, in all of which a worker takes part, or in none.</summary>
    internal string Group { get; } = ClusterJobs.NewToken();

    /// <summary>The client.</summary>
    internal IClusterClient Client { get; }

    /// <summary>Connects to a cluster.</summary>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="ClusterException">No worker can be reached.</exception>
    internal static async Task<ClusterConnection> Open(ClusterOptions options, CancellationToken stop)
    {
        var address = ClusterCheck.Address(options);
        var host = ClusterHosts.Client(options);
        try
        {
            await HostTasks.Start(host, options.Patience + Attempt, stop);
            return new(host, options, address);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ArgumentException))
        {
            await HostTasks.End(host, TimeSpan.Zero);
            throw new ClusterException(
                address.Shown, "a worker of this cluster", ClusterFailure.Reason(e).TrimEnd('.'),
                $"start one by 'hntk worker', with the same name ({options.Name}) and secret", e);
        }
        catch
        {
            await HostTasks.End(host, TimeSpan.Zero);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await HostTasks.End(_host, TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        }
    }
}
