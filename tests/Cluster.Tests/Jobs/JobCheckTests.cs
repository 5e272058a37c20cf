using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>What comes from the wire is bounded before anything is made of it.</summary>
public class JobCheckTests
{
    private static readonly Matrix X = Samples.Random(200, 3, 1);
    private static readonly GramRequest Request = new(Network.Parse("dense relu dense"), X);
    private static readonly JobDescription Job = ClusterJobs.Describe(Request, Backends.Find("cpu"), default, 128, 0.1);

    public static TheoryData<string> Faults =>
    [
        "network", "long network", "kernel", "precision", "backend", "token", "share", "partial", "relative", "rows",
        "numbers", "features", "sha256", "side", "tiles", "other", "attempt",
    ];

    [Fact]
    public void A_job_is_computed_as_it_was_asked_for()
    {
        Assert.Equal(3, JobCheck.Grid(Job).Count);
        Assert.True(JobCheck.TryRequest(Job, (X, null), out var request, out var backend, out _));
        Assert.Equal((Request.Network, Request.Kind, "cpu"), (request.Network, request.Kind, backend.Name));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_job_out_of_bounds_is_refused(string fault) =>
        Assert.ThrowsAny<ArgumentException>(() => JobCheck.Grid(Spoilt(fault)));

    [Fact]
    public void A_worker_with_other_bits_says_why_it_takes_no_part()
    {
        Assert.False(JobCheck.TryRequest(Job with { Program = "another" }, (X, null), out _, out _, out var reason));
        Assert.Contains("another build", reason);
        Assert.False(JobCheck.TryRequest(Job with { Identity = "cpu of old" }, (X, null), out _, out _, out reason));
        Assert.Contains("cpu of old", reason);
    }

    [Fact]
    public void A_lease_and_its_report_take_less_than_a_kilobyte()
    {
        // A pull of one worker with 8 leases in hand and 8 reports, as numbers alone.
        var pull = new PullRequest(ClusterNames.NewWorker(), 8, new int[8], new TileReport[8]);
        Assert.InRange(pull.Worker.Length + sizeof(int) * pull.Held.Length + 20 * pull.Finished.Length, 1, 1000);
        Assert.InRange(ClusterNames.NewWorker().Length, 10, 256);
        Assert.NotEqual(ClusterNames.NewWorker(), ClusterNames.NewWorker());
    }

    [Fact]
    public async Task The_client_takes_only_rows_of_tiles_that_it_admitted_with_their_hash()
    {
        var sink = new CountingSink();
        var client = new JobClient(Request, JobCheck.Grid(Job), sink);
        var entries = new byte[100 * sizeof(double)];
        var rows = new TileRows(0, 0, 1, entries, TileHash.Of(entries));
        Assert.False(await client.Take("w", rows));
        Assert.True(await client.Admit("w", 0));
        Assert.True(await client.Take("w", rows));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Take("w", rows with { Hash = 1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Take("w", rows with { Row = 100 }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Take("w", rows with { Row = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Take("w", rows with { Rows = 2 }));
        Assert.False(await client.Take("other", rows));
        client.Ban(["w"]);
        Assert.False(await client.Take("w", rows));
        Assert.Equal(1, sink.Count);
        await Assert.ThrowsAsync<ArgumentException>(() => client.Samples(0, 0, 601));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Samples(0, -1, 1));
        Assert.Equal(8 * 600, (await client.Samples(0, 0, 600)).Length);
    }

    [Fact]
    public async Task The_client_admits_a_few_tiles_at_a_time()
    {
        var client = new JobClient(Request, JobCheck.Grid(Job), new CountingSink());
        var admitted = 0;
        for (var k = 0; k < 20; k++)
        {
            admitted += await client.Admit($"w{k}", 0) ? 1 : 0;
        }

        Assert.Equal(8, admitted);
        await client.Sent("w0", 0);
        Assert.True(await client.Admit("w30", 1));
        Assert.False(await client.Admit("w31", 1));

        // A worker that ends, or is wrong, leaves its places to others at once.
        await client.Leave("w30");
        Assert.True(await client.Admit("w31", 1));
        client.Ban(["w31"]);
        Assert.True(await client.Admit("w32", 1));
        Assert.False(await client.Admit("w33", 1));
    }

    [Fact]
    public void A_tile_whose_permission_has_passed_is_sent_again()
    {
        var (client, tile) = (new ForgetfulClient(), new GramTile(0, 0, 3, 2));
        new SentDelivery(client, "w").Put<double>(0, tile, [1, 2, 3, 4, 5, 6], CancellationToken.None);
        Assert.Equal((2, 2, 1), (client.Admitted, client.Taken, client.Sent));
    }

    private static JobDescription Spoilt(string fault) => fault switch
    {
        "network" => Job with { Network = "" },
        "long network" => Job with { Network = new string('x', 100_000) },
        "kernel" => Job with { Kernel = "both" },
        "precision" => Job with { Precision = "f16" },
        "backend" => Job with { Backend = "cuda" },
        "token" => Job with { Token = "../../etc/passwd/0123456789abcdef" },
        "attempt" => Job with { Attempt = "" },
        "share" => Job with { CheckedShare = double.NaN },
        "partial" => Job with { Partial = "/etc/passwd" },
        "relative" => Job with { Partial = "K.npy.partial" },
        "rows" => Job with { X = Job.X with { Rows = 0 } },
        "numbers" => Job with { X = Job.X with { Rows = int.MaxValue, Columns = 1 << 20 } },
        "features" => Job with { X = Job.X with { Columns = int.MaxValue } },
        "sha256" => Job with { X = Job.X with { Sha256 = "0" } },
        "side" => Job with { Side = 1 },
        "tiles" => Job with { X = Job.X with { Rows = 2_000_000_000, Columns = 1 } },
        _ => Job with { Other = Job.X with { Columns = 4 } },
    };

    // A client that forgets the first permission that it gives.
    private sealed class ForgetfulClient : IJobClient
    {
        internal int Admitted { get; private set; }

        internal int Taken { get; private set; }

        internal int Sent { get; private set; }

        public Task<byte[]> Samples(int source, long first, int count) => Task.FromResult(Array.Empty<byte>());

        public Task<bool> Admit(string worker, int tile) => Task.FromResult(++Admitted > 0);

        public Task<bool> Take(string worker, TileRows rows) => Task.FromResult(++Taken > 1);

        public Task Leave(string worker) => Task.CompletedTask;

        Task IJobClient.Sent(string worker, int tile)
        {
            Sent++;
            return Task.CompletedTask;
        }
    }

    private sealed class CountingSink : IGramSink
    {
        internal int Count { get; private set; }

        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
            where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => Count++;
    }
}
