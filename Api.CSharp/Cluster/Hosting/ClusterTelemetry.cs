using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HadamardNtk;

/// <summary>Sends the meters of a worker to a collector, and what is left of them when the worker ends.</summary>
internal static class ClusterTelemetry
{
    private const int Period = 10_000;

    /// <summary>Adds the export to the services of a worker, where a collector is named.</summary>
    internal static void AddTo(IServiceCollection services, Uri? collector)
    {
        if (collector is null)
        {
            return;
        }

        // The collector tells the series of several workers apart by the instance.
        var telemetry = services.AddOpenTelemetry().ConfigureResource(
            resource => resource.AddService("hntk-worker", serviceInstanceId: ClusterNames.Process));
        telemetry.WithMetrics(meters => meters
            .AddMeter(ClusterMeters.Name, "Microsoft.Orleans")
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = collector.AbsolutePath == "/" ? new(collector, "v1/metrics") : collector;
                exporter.TimeoutMilliseconds = 2000;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = Period;
            }));
    }
}
