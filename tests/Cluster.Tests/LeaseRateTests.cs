using System.Diagnostics;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>
/// What a lease costs with its way through a gateway and its report, without anything computed. HNTK_LONG=1 asks for it;
/// docs/cluster.md has the figures.
/// </summary>
[Collection(nameof(LocalCluster))]
public class LeaseRateTests(ITestOutputHelper told)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    [InlineData(16, 1)]
    [InlineData(16, 8)]
    public async Task Leases_in_a_second(int workers, int atOnce)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "a measurement; set HNTK_LONG=1.");
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        var request = new GramRequest(Network.Parse("dense"), Samples.Random(20_000, 1, 1));

        // The worker of another build refuses, so that the tiles are left to those who only pull.
        var job = ClusterJobs.Describe(request, Backends.Find("cpu"), default, 128, 0) with { Program = "nobody's" };
        var client = new JobClient(request, JobCheck.Grid(job), null!);
        var grain = connection.Client.GetGrain<IJobGrain>(job.Token);
        await grain.Begin(job, connection.Client.CreateObjectReference<IJobClient>(client));
        await grain.Start(job.Token);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(k => Pull(grain, $"w{k}", atOnce, 50)));
        var (clock, leases) = (Stopwatch.StartNew(), 6000);
        var pulls = leases / workers / atOnce;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(k => Pull(grain, $"w{k}", atOnce, pulls)));
        var each = clock.Elapsed.TotalMilliseconds / (pulls * workers * atOnce);
        told.WriteLine($"{workers} workers, {atOnce} at once: {each:F3} ms a lease, {1000 / each:F0} leases a second; "
            + $"{(await grain.Status()).SecondsOfPull * 1e6:F0} us of each pull in the grain");
        Assert.InRange(each, 0, 5);
        GC.KeepAlive(client);
    }

    private static async Task Pull(IJobGrain grain, string worker, int atOnce, int pulls)
    {
        int[] held = [];
        for (var k = 0; k < pulls; k++)
        {
            var grant = await grain.Pull(new(worker, atOnce, [], [.. held.Select(tile => new TileReport(tile, 1))]));
            held = grant.Tiles;
        }
    }
}
