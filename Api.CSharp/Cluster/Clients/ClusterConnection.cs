using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HadamardNtk;

/// <summary>The connection of a client to a cluster.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterConnection(IHost host, ClusterOptions options, ClusterAddress address) =>
        (_host, Options, Address, Client) =
            (host, options, address, host.Services.GetRequiredService<IClusterClient>());

    /// <summary>The options.</summary>
    internal ClusterOptions Options { get; }

    /// <summary>The address.</summary>
    internal ClusterAddress Address { get; }

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
            await host.StartAsync(stop);
            return new(host, options, address);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ArgumentException))
        {
            host.Dispose();
            throw new ClusterException(
                address.Shown, "a worker of this cluster", ClusterFailure.Reason(e),
                $"start one by 'hntk worker', with the same name ({options.Name}) and secret", e);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await _host.StopAsync(timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || ClusterFailure.IsPassing(e))
        {
            // The cluster is gone, and there is nobody to take leave of.
        }

        _host.Dispose();
    }
}
