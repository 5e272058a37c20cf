using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orleans.Configuration;
using Orleans.Serialization;
using StackExchange.Redis;

namespace HadamardNtk;

/// <summary>Makes the silo of a worker and the connection of a client.</summary>
internal static class ClusterHosts
{
    private const int MostMessage = 16 << 20;

    /// <summary>A worker, as a host that is not yet started.</summary>
    /// <param name="options">The cluster.</param>
    /// <param name="worker">What the worker offers.</param>
    /// <param name="isDead">Is called when the other members take this one for dead.</param>
    internal static IHost Worker(ClusterOptions options, ClusterWorkerOptions worker, Action<string> isDead)
    {
        var address = ClusterCheck.Address(options);
        var tls = options.Certificate is null ? null : ClusterCertificates.Of(options);
        var builder = NewBuilder(options);
        builder.UseOrleans(silo =>
        {
            Common(silo.Services, options);
            silo.Services.AddSingleton<IFatalErrorHandler>(new DeadSilo(isDead));
            silo.Configure<SiloMessagingOptions>(Limit);
            Members(silo, options, address);
            if (tls is not null)
            {
                silo.UseTls(tls);
            }

            if (options.Secret is { } secret)
            {
                silo.Configure<SiloConnectionOptions>(connections =>
                {
                    connections.ConfigureSiloInboundConnection(c => SecretHandshake.Use(c, secret, isOpener: false));
                    connections.ConfigureGatewayInboundConnection(c => SecretHandshake.Use(c, secret, isOpener: false));
                    connections.ConfigureSiloOutboundConnection(c => SecretHandshake.Use(c, secret, isOpener: true));
                });
            }
        });
        builder.Services.AddSingleton(new WorkerSettings(
            address.Shown, worker.Threads, worker.Memory, worker.Spoil));
        builder.Services.AddSingleton(new WorkTurns(worker.Threads));
        var folders = new SharedFolders(worker.Shared);
        builder.Services.AddSingleton(folders);
        builder.Services.AddSingleton(new JobSamples(folders));
        ClusterTelemetry.AddTo(builder.Services, worker.Telemetry);
        builder.Services.AddHostedService<WorkerService>();
        builder.Services.AddHostedService<ProductService>();
        return builder.Build();
    }

    /// <summary>A client, as a host that is not yet started.</summary>
    internal static IHost Client(ClusterOptions options)
    {
        var address = ClusterCheck.Address(options);
        var tls = options.Certificate is null ? null : ClusterCertificates.Of(options);
        var builder = NewBuilder(options);
        builder.UseOrleansClient(client =>
        {
            Common(client.Services, options);
            client.Configure<ClientMessagingOptions>(Limit);
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            client.Services.AddSingleton<IClientConnectionRetryFilter>(new Retry(options.Patience));
            switch (address.Place)
            {
                case ClusterPlace.Local:
                    client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, address.Port + 1));
                    break;
                case ClusterPlace.Redis:
                    client.UseRedisClustering(redis => redis.ConfigurationOptions = Redis(address));
                    break;
                default:
                    client.UseAdoNetClustering(ado => (ado.Invariant, ado.ConnectionString) = Postgres(address));
                    break;
            }

            if (tls is not null)
            {
                client.UseTls(tls);
            }

            if (options.Secret is { } secret)
            {
                client.Configure<ClientConnectionOptions>(connections =>
                    connections.ConfigureConnection(c => SecretHandshake.Use(c, secret, isOpener: true)));
            }
        });
        return builder.Build();
    }

    private static HostApplicationBuilder NewBuilder(ClusterOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.SetMinimumLevel(options.Log == ClusterLogFormat.Quiet ? LogLevel.Error : LogLevel.Warning);
        if (options.Log != ClusterLogFormat.Quiet)
        {
            builder.Logging.AddFilter("HadamardNtk", LogLevel.Information);

            // At its start a silo warns of a garbage collector that suits servers, and its watchdog of a first check
            // that took as long as the machine has been up. Neither says anything about this cluster.
            builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
            builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        }

        builder.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.Log == ClusterLogFormat.Json)
        {
            builder.Logging.AddJsonConsole();
        }
        else if (options.Log == ClusterLogFormat.Text)
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        return builder;
    }

    private static void Common(IServiceCollection services, ClusterOptions options)
    {
        services.Configure<Orleans.Configuration.ClusterOptions>(
            cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Name, options.Name));
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(ClusterHosts).Assembly));
        services.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
            membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
        });
    }

    private static void Limit(MessagingOptions messages)
    {
        messages.ResponseTimeout = TimeSpan.FromSeconds(10);
        messages.MaxMessageBodySize = MostMessage;
        messages.MaxMessageHeaderSize = 1 << 20;
    }

    private static void Members(ISiloBuilder silo, ClusterOptions options, ClusterAddress address)
    {
        var here = IPAddress.Parse(options.Listen);
        var isFirst = address.Place == ClusterPlace.Local && options.Port is null
            && FreePorts.IsFree(here, address.Port);
        var port = options.Port ?? (isFirst ? address.Port : FreePorts.Any(here));
        var gateway = options.GatewayPort ?? (isFirst ? address.Port + 1 : FreePorts.Any(here));
        switch (address.Place)
        {
            case ClusterPlace.Local:
                silo.UseLocalhostClustering(
                    port, gateway, new IPEndPoint(IPAddress.Loopback, address.Port), options.Name, options.Name);
                break;
            case ClusterPlace.Redis:
                silo.UseRedisClustering(redis => redis.ConfigurationOptions = Redis(address));
                break;
            default:
                silo.UseAdoNetClustering(ado => (ado.Invariant, ado.ConnectionString) = Postgres(address));
                break;
        }

        silo.Configure<EndpointOptions>(ends =>
        {
            (ends.AdvertisedIPAddress, ends.SiloPort, ends.GatewayPort) = (here, port, gateway);
            ends.SiloListeningEndpoint = new(here, port);
            ends.GatewayListeningEndpoint = new(here, gateway);
        });
    }

    private static ConfigurationOptions Redis(ClusterAddress address) => new()
    {
        EndPoints = { { address.Host, address.Port } },
        User = address.User,
        Password = address.Password,
        Ssl = address.IsEncrypted,
        AbortOnConnectFail = false,
        ConnectTimeout = 5000,
    };

    private static (string Invariant, string Connection) Postgres(ClusterAddress address) => (
        "Npgsql",
        new Npgsql.NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port,
            Username = address.User,
            Password = address.Password,
            Database = address.Database,
        }.ConnectionString);

    /// <summary>A member that was silent too long is dead for the others, and joins under a new name.</summary>
    private sealed class DeadSilo(Action<string> isDead) : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

        public void OnFatalException(object? sender, string? context, Exception? exception) =>
            isDead(MessageText.Clean(context ?? exception?.Message ?? "without a reason"));
    }

    /// <summary>Signals are the program's. The usual lifetime would take Ctrl-C and SIGTERM away from it.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Retry(TimeSpan patience) : IClientConnectionRetryFilter
    {
        private readonly System.Diagnostics.Stopwatch _clock = System.Diagnostics.Stopwatch.StartNew();

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            if (_clock.Elapsed >= patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
            return true;
        }
    }
}
