using System.Net;
using System.Text;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>A worker sends its meters to a collector of OpenTelemetry.</summary>
[Collection(nameof(LocalCluster))]
public class TelemetryTests
{
    [Fact]
    public async Task A_collector_hears_of_tiles_and_of_Orleans()
    {
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePorts.Any(IPAddress.Loopback)}/";
        collector.Prefixes.Add(address);
        collector.Start();
        var heard = new StringBuilder();
        var listening = Listen(collector, heard);
        await using (var cluster = await LocalCluster.Start(
            0, new ClusterWorkerOptions { Threads = 1, Telemetry = new(address) }))
        {
            await using var shared = await ClusterKernel.ConnectAsync(Network.Parse("dense relu dense").Ntk(), cluster.Options);
            shared.Gram(Samples.Random(300, 6, 8));
        }

        // What was not yet sent is sent when the worker ends.
        collector.Stop();
        await LocalCluster.Within(listening, "the collector to end");
        var text = heard.ToString();
        Assert.StartsWith("POST /v1/metrics application/x-protobuf", text);
        Assert.Contains("hntk.tiles", text);
        Assert.Contains("hntk-worker", text);
        Assert.Contains("service.instance.id", text);
        Assert.Contains(ClusterNames.Process, text);
        Assert.Contains("HadamardNtk.Cluster", text);
        Assert.Contains("Microsoft.Orleans", text);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("relative")]
    public void What_is_no_address_of_a_collector_is_refused(string address) => Assert.Contains(
        "http://HOST:PORT",
        Assert.Throws<ArgumentException>(
            () => new ClusterWorkerOptions { Telemetry = new(address, UriKind.RelativeOrAbsolute) }).Message);

    private static async Task Listen(HttpListener collector, StringBuilder heard)
    {
        try
        {
            while (true)
            {
                var context = await collector.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                heard.AppendLine($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath} {context.Request.ContentType}");
                heard.AppendLine(await reader.ReadToEndAsync());
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test ended.
        }
    }
}
