using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk worker: joins a cluster and computes tiles of matrices for others until it is stopped.</summary>
internal static class WorkerCommand
{
    /// <summary>The name of the command.</summary>
    internal const string Name = "worker";

    /// <summary>
    /// The time for its end after a signal. The library lets a worker take leave of the others for at most 12 s.
    /// </summary>
    internal static TimeSpan Grace { get; } = TimeSpan.FromSeconds(13);

    internal static Command Create()
    {
        var cluster = new ClusterInputs(isRequired: true);
        var threads = new Option<int>("--threads")
        {
            Description = "The number of threads that compute. [default: all processors but one]",
            DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount - 1),
            CustomParser = result => (int?)Inputs.Parsed(result, "a whole number from 1 to 4096", text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 4096
                    ? n
                    : null) ?? 1,
            HelpName = "N",
        };
        var shared = new Option<string[]>("--shared")
        {
            Description = "A folder that clients see under the same path; tiles are written and samples read there. "
                + "No other file is opened. May be given several times.",
            HelpName = "DIR",
        };
        var listen = new Option<string>("--listen")
        {
            Description = "The address of this machine that others connect to; beyond loopback a secret or TLS is needed.",
            HelpName = "IP",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var memory = Inputs.Amount(
            "--memory", "GB of rows of matrices that are kept between products. [default: half of the memory]", "GB");
        var telemetry = new Option<Uri?>("--otlp")
        {
            Description = "A collector of OpenTelemetry (OTLP over HTTP) to which the worker sends its metrics.",
            HelpName = "URL",
            CustomParser = result => (Uri?)Inputs.Parsed(result, "an address, http://HOST:PORT", text =>
                Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null),
        };
        var (port, gateway) = (Port("--port", "other workers"), Port("--gateway-port", "clients"));
        var command = new Command(Name, "Joins a cluster, and computes tiles of matrices for others.");
        cluster.AddTo(command);
        foreach (var option in new Option[] { threads, memory, shared, listen, port, gateway, telemetry })
        {
            command.Add(option);
        }

        command.Examples(
            "hntk worker --cluster redis://10.0.0.1:6379 --name pool --listen 10.0.0.7 --secret-file secret --shared /data",
            "hntk worker --cluster localhost --shared . --log text");
        command.SetAction((parsed, stop) => Run(
            cluster.Read(parsed),
            Offer(
                parsed.GetValue(threads), parsed.GetValue(memory), parsed.GetValue(shared)!,
                parsed.GetValue(telemetry)),
            (parsed.GetValue(listen)!, parsed.GetValue(port), parsed.GetValue(gateway)), stop));
        return command;
    }

    private static Option<int?> Port(string name, string whom) => new(name)
    {
        Description = $"The port for {whom}. [default: a free one]",
        HelpName = "PORT",
        CustomParser = result => (int?)Inputs.Parsed(result, "a port from 1 to 65535", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and < 65536
                ? n
                : null),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ClusterWorkerOptions Offer(int threads, double? memory, string[] shared, Uri? telemetry)
    {
        var offer = new ClusterWorkerOptions { Threads = threads, Shared = shared, Telemetry = telemetry };
        return memory is { } gigabytes ? offer with { Memory = (long)Math.Min(1e9 * gigabytes, 1e18) } : offer;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> Run(
        ClusterOptions cluster, ClusterWorkerOptions offer, (string Listen, int? Port, int? Gateway) ends,
        CancellationToken stop)
    {
        foreach (var folder in offer.Shared)
        {
            if (!Directory.Exists(folder))
            {
                throw new UsageException($"Expected --shared to name a folder that exists; came '{folder}'.");
            }
        }

        var options = cluster with { Listen = ends.Listen, Port = ends.Port, GatewayPort = ends.Gateway };
        await ClusterWorker.RunAsync(
            options, offer, stop,
            () => Output.Line($"joined {ClusterAddress.Parse(options.Address).Shown} as {ClusterNames.Process}"));
        return 0;
    }
}
