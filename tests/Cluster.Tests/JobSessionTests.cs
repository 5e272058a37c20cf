using System.Numerics;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>The client's side of a job, and what it computes itself.</summary>
[Collection(nameof(LocalCluster))]
public class JobSessionTests
{
    private const string Deep = "(dense(w=1.41421356) relu)^3 dense";

    [Fact]
    public async Task A_client_that_computes_a_tile_for_longer_than_its_patience_does_not_give_up()
    {
        await using var cluster = await LocalCluster.Start(1);
        var options = cluster.Options with { Patience = TimeSpan.FromSeconds(2) };
        await using var connection = await ClusterConnection.Open(options, CancellationToken.None);
        var (request, computed) = (new GramRequest(Network.Parse(Deep), Samples.Random(300, 6, 1)), 0);
        var slow = new Own(() =>
        {
            computed++;
            Thread.Sleep(2 * options.Patience);
        });
        var job = ClusterJobs.Describe(request, slow, default, 128, 0);
        var session = new JobSession(connection, job, request, slow, new Nowhere());
        await session.Run(() => { }, null, CancellationToken.None);
        Assert.Equal(JobCheck.Grid(job).Count, session.Tiles.Done.Count);
        Assert.InRange(computed, 1, 2);
    }

    [Fact]
    public async Task An_error_of_the_clients_own_backend_is_not_taken_for_a_lost_coordinator()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        var request = new GramRequest(Network.Parse(Deep), Samples.Random(300, 6, 1));
        var broken = new Own(() => throw new InvalidOperationException("broken"));
        var job = ClusterJobs.Describe(request, broken, default, 128, 0);
        var session = new JobSession(connection, job, request, broken, new Nowhere());
        var run = session.Run(() => { }, null, CancellationToken.None);
        await LocalCluster.Within(Task.WhenAny(run), "the error");
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
    }

    [Fact]
    public async Task A_tile_that_the_client_cannot_write_ends_the_job_with_the_clients_own_error()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        var request = new GramRequest(Network.Parse(Deep), Samples.Random(700, 6, 1));
        var job = ClusterJobs.Describe(request, Backends.Default, default, 128, 0);
        var session = new JobSession(connection, job, request, Backends.Default, new Full());
        var run = session.Run(() => { }, null, CancellationToken.None);
        await LocalCluster.Within(Task.WhenAny(run), "the error");
        var error = await Assert.ThrowsAsync<OutputException>(() => run);
        Assert.Contains("no room", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resumed_matrix_has_the_tiles_that_the_coordinator_knows_and_the_disk_lost()
    {
        using var folder = new Folder();
        var tiles = 0;
        await using var cluster = await LocalCluster.Start(0, new ClusterWorkerOptions { Threads = 1, Spoil = _ => tiles++ });
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        var (kernel, x, path) = (Network.Parse(Deep).Ntk(), Samples.Random(700, 6, 6), folder.Place("K.npy"));
        kernel.WriteGram(folder.Place("one.npy"), x);
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var (request, backend) = (new GramRequest(kernel.Network, x), Backends.Default);
        var job = ClusterJobs.Describe(request, backend, default, LeaseGrid.UsualSide(700, 700), shared.CheckedShare) with
        {
            Partial = path + ".partial",
        };
        var grid = JobCheck.Grid(job);
        PartialFile.WriteText(SharedFolders.TokenOf(job.Partial), job.Token);
        var hashes = Interrupted(path, request, backend, grid);

        // The coordinator heard that all tiles were sent. The client's disk has the first one alone.
        var client = new JobClient(request, grid, new Nowhere());
        var grain = connection.Client.GetGrain<IJobGrain>(job.Token);
        Assert.False(await grain.Begin(job, connection.Client.CreateObjectReference<IJobClient>(client)));
        await grain.Restore(job.Token, [.. hashes.Select((hash, tile) => new TileReport(tile, hash))]);
        await grain.Start(job.Token);
        Assert.True(shared.WriteGram(path, x, resume: true));
        Assert.Equal(File.ReadAllBytes(folder.Place("one.npy")), File.ReadAllBytes(path));
        Assert.Equal(0, tiles);
        GC.KeepAlive(client);
    }

    [Fact]
    public void A_tile_is_there_only_with_its_mirror()
    {
        using var folder = new Folder();
        var request = new GramRequest(Network.Parse(Deep), Samples.Random(300, 6, 6));
        var size = NpyTileWriter.Length(300, 300, Precision.Float64);
        using var file = PartialFile.Keep(folder.Place("K.npy"), folder.Place("K.npy.partial"), size);
        using var writer = NpyTileWriter.On(file, 300, 300, Precision.Float64);
        var (tile, kept) = (new GramTile(10, 200, 30, 50), new KeptTiles(file, request));
        var hash = LocalTile.Compute(request, Backends.Default, tile, new FileSink(writer, true), default);
        Assert.True(kept.Has(tile, hash));
        Assert.False(kept.Has(tile, hash + 1));
        Assert.False(kept.Has(tile, default));

        // Entry (220, 20) is the mirror of (20, 220).
        file.Write(new byte[sizeof(double)], size - sizeof(double) * (300L * 300 - (220 * 300 + 20)));
        Assert.False(kept.Has(tile, hash));
    }

    [Fact]
    public async Task A_failure_of_a_worker_that_is_known_as_wrong_does_not_fail_the_job()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        var request = new GramRequest(Network.Parse("dense"), Samples.Random(300, 1, 1));
        var job = ClusterJobs.Describe(request, Backends.Default, default, 128, 0) with { Program = "nobody's" };
        var client = new JobClient(request, JobCheck.Grid(job), new Nowhere());
        var grain = connection.Client.GetGrain<IJobGrain>(job.Token);
        await grain.Begin(job, connection.Client.CreateObjectReference<IJobClient>(client));
        await grain.Start(job.Token);
        var lease = (await grain.Pull(new("w", 1, [], []))).Tiles[0];
        await grain.Pull(new("w", 0, [], [new(lease, 7)]));
        Assert.Equal(["w"], await grain.Settle(job.Token, new(lease, 8)));
        await grain.Fail("w", TileFault.Output, "a part of a tile is not taken");
        Assert.Equal(JobState.Running, (await grain.Watch(job.Token, 0)).State);
        GC.KeepAlive(client);
    }

    // A run whose journal has the first tile, and whose partial file has no other one.
    private static List<UInt128> Interrupted(string path, GramRequest request, IKernelBackend backend, LeaseGrid grid)
    {
        var (partial, side) = (path + ".partial", LeaseGrid.UsualSide(request.Rows, request.Columns));
        using var journal = Journal.Open(path + ".journal", partial, ResumableGram.Describe(request, backend).With(
            "tiles", $"of a cluster, at most {side} x {side}"));
        journal.Begin(afresh: true);
        journal.Append([grid[0]]);
        var size = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision);
        using var file = PartialFile.Keep(path, partial, size);
        using var writer = NpyTileWriter.On(file, request.Rows, request.Columns, request.Precision);
        var sink = new FileSink(writer, request.IsSymmetric);
        return
        [
            .. Enumerable.Range(0, grid.Count).Select(tile => LocalTile.Compute(
                request, backend, grid[tile], tile == 0 ? sink : new Nowhere(), CancellationToken.None)),
        ];
    }

    /// <summary>A disk without room.</summary>
    private sealed class Full : IGramSink
    {
        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            throw new OutputException(OutputFault.WriteFailed, "K.npy", "room for a matrix", "no room", "free space");
    }

    private sealed class Nowhere : IGramSink
    {
        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
        }
    }

    // The backend of the client, with something to do before each tile.
    private sealed class Own(Action before) : IKernelBackend
    {
        private readonly IKernelBackend _cpu = Backends.Find("cpu");

        public string Name => _cpu.Name;

        public string Description => _cpu.Description;

        public string Identity(GramRequest request) => _cpu.Identity(request);

        public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
        {
            before();
            _cpu.Compute(request, sink, options, cancellation);
        }
    }
}
