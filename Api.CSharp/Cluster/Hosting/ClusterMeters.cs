using System.Diagnostics.Metrics;

namespace HadamardNtk;

/// <summary>
/// The meters of a cluster, under the name HadamardNtk.Cluster, for OpenTelemetry and other listeners. Orleans' own are
/// under Microsoft.Orleans.
/// </summary>
internal static class ClusterMeters
{
    /// <summary>The name of the meters.</summary>
    internal const string Name = "HadamardNtk.Cluster";

    private static readonly Meter Meter = new(Name);

    /// <summary>Leases that coordinators of this process gave.</summary>
    internal static Counter<long> Leases { get; } = Meter.CreateCounter<long>("hntk.leases");

    /// <summary>Reports that coordinators of this process took, by their result.</summary>
    internal static Counter<long> Reports { get; } = Meter.CreateCounter<long>("hntk.reports");

    /// <summary>Workers that were found to compute wrong bits.</summary>
    internal static Counter<long> Wrong { get; } = Meter.CreateCounter<long>("hntk.workers.wrong");

    /// <summary>Tiles that workers of this process computed.</summary>
    internal static Counter<long> Tiles { get; } = Meter.CreateCounter<long>("hntk.tiles");

    /// <summary>The seconds that workers of this process computed a tile.</summary>
    internal static Histogram<double> Compute { get; } = Meter.CreateHistogram<double>("hntk.tile.compute", "s");

    /// <summary>The seconds from a tile's last entry to its place in the file.</summary>
    internal static Histogram<double> Deliver { get; } = Meter.CreateHistogram<double>("hntk.tile.deliver", "s");

    /// <summary>The seconds of a pull of leases, with its way there and back.</summary>
    internal static Histogram<double> Pull { get; } = Meter.CreateHistogram<double>("hntk.pull", "s");

    /// <summary>The bytes that workers of this process sent to clients.</summary>
    internal static Counter<long> Sent { get; } = Meter.CreateCounter<long>("hntk.sent", "By");

    /// <summary>A result as a word.</summary>
    internal static string WordOf(ReportResult result) => result switch
    {
        ReportResult.Accepted => "accepted",
        ReportResult.Confirmed => "confirmed",
        ReportResult.Repeated => "repeated",
        ReportResult.Disputed => "disputed",
        _ => "ignored",
    };
}
