using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>Matrices of a cluster of workers in this process are those of one process to the last bit.</summary>
[Collection(nameof(LocalCluster))]
public class ClusterGramTests
{
    private const string Deep = "(dense(w=1.41421356) relu)^3 dense";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_file_has_the_bytes_of_one_process(bool isShared)
    {
        using var folder = new Folder();
        await using var cluster = await LocalCluster.Start(
            0, [.. Enumerable.Repeat(new ClusterWorkerOptions { Threads = 1, Shared = isShared ? [folder.Path] : [] }, 2)]);
        var x = Samples.Random(700, 9, 1);
        foreach (var precision in new[] { Precision.Float64, Precision.Float32 })
        {
            var (kernel, options) = (Network.Parse(Deep).Ntk(), new GramOptions { Precision = precision });
            kernel.WriteGram(folder.Place("one.npy"), x, null, options);
            await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
            Assert.True(shared.WriteGram(folder.Place("K.npy"), x, null, options, resume: true));
            Assert.Equal(File.ReadAllBytes(folder.Place("one.npy")), File.ReadAllBytes(folder.Place("K.npy")));
            Assert.Equal(
                GramProvenance.Read(folder.Place("one.npy"))!.Inputs[0], GramProvenance.Read(folder.Place("K.npy"))!.Inputs[0]);
            Assert.False(shared.WriteGram(folder.Place("K.npy"), x, null, options, resume: true));
            Assert.Equal(["K.npy", "K.npy.json", "one.npy", "one.npy.json"], folder.Names());
            File.Delete(folder.Place("K.npy"));
        }
    }

    [Theory]
    [InlineData(Deep, 5, null)]
    [InlineData("dense gelu dense", 5, null)]
    [InlineData("dense abs dense softplus dense", 4, null)]
    [InlineData("image(4x4x2) conv(3) relu flatten dense", 32, null)]
    [InlineData(Deep, 5, "reference")]
    public async Task Matrices_in_memory_have_the_bits_of_one_process(string network, int features, string? backend)
    {
        await using var cluster = await LocalCluster.Start(2);
        var kernel = Network.Parse(network).Ntk();
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var options = new GramOptions { Backend = backend is null ? null : Backends.Find(backend) };
        var (x, other) = (Samples.Random(300, features, 2), Samples.Random(150, features, 3));
        Assert.Equal(kernel.Gram(x, options).ToArray(), shared.Gram(x, options).ToArray());
        Assert.Equal(kernel.Cross(x, other, options).ToArray(), shared.Cross(x, other, options).ToArray());
        Assert.Equal(kernel.Diagonal(x), shared.Diagonal(x));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_that_computes_wrong_bits_is_found_by_others_and_changes_nothing(bool isShared)
    {
        using var folder = new Folder();
        using var spoilt = new ManualResetEventSlim();
        string[] places = isShared ? [folder.Path] : [];
        var good = new ClusterWorkerOptions { Threads = 1, Shared = places, Spoil = _ => LocalCluster.Wait(spoilt, "a spoilt tile") };
        await using var cluster = await LocalCluster.Start(0, good, good with { Spoil = Spoil }, good);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(1300, 6, 4));
        kernel.WriteGram(folder.Place("one.npy"), x);
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        shared.WriteGram(folder.Place("K.npy"), x);
        Assert.Single(shared.WrongWorkers);
        Assert.Equal(File.ReadAllBytes(folder.Place("one.npy")), File.ReadAllBytes(folder.Place("K.npy")));

        // The others wait until it has spoilt a tile.
        void Spoil(Memory<byte> bytes)
        {
            bytes.Span[3] ^= 1;
            spoilt.Set();
        }
    }

    [Fact]
    public async Task A_worker_that_is_alone_and_wrong_is_found_by_the_client()
    {
        var spoilt = new TaskCompletionSource();
        await using var cluster = await LocalCluster.Start(0, new ClusterWorkerOptions { Threads = 1, Spoil = Spoil });
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(700, 6, 4));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options with { Patience = TimeSpan.FromSeconds(60) });
        var work = Task.Run(() => shared.Gram(x));
        await LocalCluster.Within(Task.WhenAny(spoilt.Task, work), "a spoilt tile");
        await cluster.Add(new ClusterWorkerOptions { Threads = 1 });
        await LocalCluster.Within(work, "the matrix");
        Assert.Equal(kernel.Gram(x).ToArray(), (await work).ToArray());
        Assert.Single(shared.WrongWorkers);

        void Spoil(Memory<byte> bytes)
        {
            bytes.Span[3] ^= 1;
            spoilt.TrySetResult();
        }
    }

    [Fact]
    public async Task A_kernel_that_is_not_finite_is_the_error_of_one_process_and_leaves_nothing()
    {
        using var folder = new Folder();
        await using var cluster = await LocalCluster.Start(1);
        var kernel = Network.Parse("dense relu dense").Ntk();
        var rows = Samples.Random(200, 2, 5).ToArray();
        rows[150, 0] = 1e200;
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var expected = Assert.Throws<KernelUndefinedException>(() => kernel.WriteGram(folder.Place("K.npy"), rows));
        var came = Assert.Throws<KernelUndefinedException>(() => shared.WriteGram(folder.Place("K.npy"), rows));
        Assert.Equal(expected.Message, came.Message);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public async Task A_worker_that_leaves_and_one_that_comes_change_nothing()
    {
        await using var cluster = await LocalCluster.Start(1);
        using var stop = new CancellationTokenSource();
        var leaving = await LocalCluster.Join(cluster.Options, new() { Threads = 1 }, stop.Token);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(1500, 6, 6));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var options = new GramOptions { Progress = new Direct(part => { if (part > 0.2) stop.Cancel(); }), Backend = Backends.Find("exact") };
        var small = x.SelectRows(0, 300);
        Assert.Equal(kernel.Gram(small, options with { Progress = null }).ToArray(), shared.Gram(small, options).ToArray());
        await LocalCluster.Within(leaving, "the worker that leaves");
        await cluster.Add(new ClusterWorkerOptions { Threads = 1 });
        Assert.Equal(kernel.Gram(x).ToArray(), shared.Gram(x).ToArray());
    }

    [Fact]
    public async Task The_progress_ends_at_the_whole_even_where_the_client_hears_of_all_tiles_at_once()
    {
        using var done = new ManualResetEventSlim();
        var (tiles, seen) = (0, new List<double>());
        var worker = new ClusterWorkerOptions { Threads = 1, Spoil = _ => { if (++tiles == 6) { done.Set(); } } };
        await using var cluster = await LocalCluster.Start(0, worker);
        await using var shared = await ClusterKernel.ConnectAsync(Network.Parse(Deep).Ntk(), cluster.Options);

        // The client hears nothing before the worker has computed the last tile.
        var options = new GramOptions { Progress = new Direct(Hear) };
        shared.Gram(Samples.Random(300, 6, 6), options);
        Assert.Equal(1, seen[^1]);

        void Hear(double part)
        {
            seen.Add(part);
            LocalCluster.Wait(done, "the tiles of 300 samples");
        }
    }

    [Fact]
    public async Task Two_jobs_are_computed_side_by_side()
    {
        using var begun = new ManualResetEventSlim();
        using var over = new ManualResetEventSlim();
        var calls = 0;
        var worker = new ClusterWorkerOptions { Threads = 1, Spoil = _ => Hold() };
        await using var cluster = await LocalCluster.Start(0, worker);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(300, 6, 6));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var first = Task.Run(() => shared.Gram(x));
        LocalCluster.Wait(begun, "the first tile");
        var other = x.SelectRows(0, 200);
        Assert.Equal(kernel.Gram(other).ToArray(), shared.Gram(other).ToArray());
        Assert.False(first.IsCompleted);
        over.Set();
        await LocalCluster.Within(first, "the first matrix");
        Assert.Equal(kernel.Gram(x).ToArray(), (await first).ToArray());

        // The first tile waits on its way until the second matrix is complete.
        void Hold()
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                begun.Set();
                LocalCluster.Wait(over, "the second matrix");
            }
        }
    }

    [Fact]
    public async Task A_worker_whose_disk_was_full_takes_part_in_the_next_attempt_of_the_same_process()
    {
        using var folder = new Folder();
        var tiles = 0;
        var worker = new ClusterWorkerOptions { Threads = 1, Shared = [folder.Path], Spoil = _ => Fill() };
        await using var cluster = await LocalCluster.Start(0, worker);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(700, 6, 6));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        kernel.WriteGram(folder.Place("one.npy"), x);
        var full = Assert.Throws<OutputException>(() => shared.WriteGram(folder.Place("K.npy"), x, resume: true));
        Assert.Contains("no room", full.Message);
        Assert.Contains("K.npy.journal", folder.Names());
        Assert.True(shared.WriteGram(folder.Place("K.npy"), x, resume: true));
        Assert.Equal(File.ReadAllBytes(folder.Place("one.npy")), File.ReadAllBytes(folder.Place("K.npy")));
        Assert.Equal(["K.npy", "K.npy.json", "one.npy", "one.npy.json"], folder.Names());

        void Fill()
        {
            if (++tiles == 3)
            {
                throw new OutputException(OutputFault.WriteFailed, "K.npy.partial", "room", "no room", "free space");
            }
        }
    }

    [Fact]
    public async Task A_worker_that_has_no_memory_leaves_the_work_to_others()
    {
        using var failed = new ManualResetEventSlim();
        var good = new ClusterWorkerOptions { Threads = 1, Spoil = _ => LocalCluster.Wait(failed, "a worker without memory") };
        await using var cluster = await LocalCluster.Start(0, good, good with { Spoil = _ => Fail() });
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(700, 6, 6));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        Assert.Equal(kernel.Gram(x).ToArray(), shared.Gram(x).ToArray());
        Assert.Empty(shared.WrongWorkers);

        void Fail()
        {
            failed.Set();
            throw new OutOfMemoryException();
        }
    }

    [Fact]
    public async Task A_failure_is_not_forgotten_where_the_client_asks_again_and_is_where_it_tries_again()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        var request = new GramRequest(Network.Parse("dense"), Samples.Random(300, 1, 1));
        var job = ClusterJobs.Describe(request, Backends.Find("cpu"), default, 128, 0) with { Program = "nobody's" };
        var client = new JobClient(request, JobCheck.Grid(job), null!);
        var grain = connection.Client.GetGrain<IJobGrain>(job.Token);
        var reference = connection.Client.CreateObjectReference<IJobClient>(client);
        Assert.False(await grain.Begin(job, reference));
        await grain.Start(job.Token);
        await grain.Fail("w", TileFault.Output, "no room");
        Assert.True(await grain.Begin(job, reference));
        var news = await grain.Watch(job.Token, 0);
        Assert.Equal((JobState.Failed, "w: no room"), (news.State, news.Failure));
        Assert.True(await grain.Begin(job with { Attempt = "another" }, reference));
        Assert.Equal(JobState.Running, (await grain.Watch(job.Token, 0)).State);
        GC.KeepAlive(client);
    }

    [Fact]
    public async Task A_coordinator_that_begins_anew_is_restored_by_its_client()
    {
        var (tiles, lost, work) = (0, 0, (ClusterConnection?)null);
        var worker = new ClusterWorkerOptions { Threads = 1, Spoil = _ => Forget() };
        await using var cluster = await LocalCluster.Start(0, worker, worker);
        await using var connection = await ClusterConnection.Open(cluster.Options, CancellationToken.None);
        work = connection;
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(1300, 6, 8));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        Assert.Equal(kernel.Gram(x).ToArray(), shared.Gram(x).ToArray());
        Assert.Equal(2, lost);

        // As if the machine of the coordinator were lost after 5 and 9 tiles: all idle grains lose their memory.
        void Forget()
        {
            if (Interlocked.Increment(ref tiles) is 5 or 9)
            {
                work!.Client.GetGrain<Orleans.Runtime.IManagementGrain>(0)
                    .ForceActivationCollection(TimeSpan.Zero).GetAwaiter().GetResult();
                Interlocked.Increment(ref lost);
            }
        }
    }

    [Fact]
    public async Task Meters_count_what_workers_did()
    {
        var tiles = 0L;
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Name: "hntk.tiles", Meter.Name: "HadamardNtk.Cluster" })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref tiles, count));
        listener.Start();
        await using var cluster = await LocalCluster.Start(1);
        await using var shared = await ClusterKernel.ConnectAsync(Network.Parse(Deep).Ntk(), cluster.Options);
        shared.Gram(Samples.Random(700, 6, 8));
        Assert.InRange(tiles, 6, 12);
        var status = await ClusterStatus.ReadAsync(cluster.Options);
        Assert.Equal(1, Assert.Single(status.Workers).Threads);
        Assert.Empty(status.Jobs);
    }

    [Fact]
    public async Task The_status_of_a_cluster_has_a_job_that_runs_and_its_workers()
    {
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var worker = new ClusterWorkerOptions { Threads = 1, Spoil = _ => Hold() };
        await using var cluster = await LocalCluster.Start(0, worker);
        await using var shared = await ClusterKernel.ConnectAsync(Network.Parse(Deep).Ntk(), cluster.Options);
        var gram = Task.Run(() => shared.Gram(Samples.Random(700, 6, 8)));
        LocalCluster.Wait(begun, "the first tile");
        var status = await ClusterStatus.ReadAsync(cluster.Options);
        go.Set();
        await gram;

        var job = Assert.Single(status.Jobs);
        Assert.Equal(("running", Deep, 700, 700), (job.State, job.Network, job.Rows, job.Columns));
        Assert.Equal((0, 0.0, ClusterNames.Process), (job.Done, job.TilesPerSecond, job.Client));
        var own = Assert.Single(job.Workers);
        Assert.Equal((0, false), (own.Tiles, own.IsWrong));
        Assert.InRange(own.Leases, 1, job.Tiles);
        Assert.All(
            new[] { own.SecondsSilent, job.SecondsWithoutClient, Assert.Single(status.Workers).SecondsSilent },
            seconds => Assert.InRange(seconds, 0, 60));

        void Hold()
        {
            begun.Set();
            LocalCluster.Wait(go, "the status to be read");
        }
    }

    [Fact]
    public async Task Without_a_worker_there_is_an_error_that_names_the_address_and_a_remedy()
    {
        var options = new ClusterOptions { Address = $"localhost:{FreePorts.Pair()}", Patience = TimeSpan.FromSeconds(1) };
        var error = await Assert.ThrowsAsync<ClusterException>(
            () => ClusterKernel.ConnectAsync(Network.Parse("dense").Ntk(), options));
        Assert.Contains(options.Address, error.Message);
        Assert.Contains("hntk worker", error.Message);
    }

    [Fact]
    public async Task A_worker_without_its_list_of_members_says_so()
    {
        var options = new ClusterOptions { Address = "redis://127.0.0.1:1", Patience = TimeSpan.FromSeconds(1) };
        var error = await Assert.ThrowsAsync<ClusterException>(
            () => ClusterWorker.RunAsync(options).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("redis://127.0.0.1:1", error.Message);
    }

    [Fact]
    public async Task A_backend_whose_bits_depend_on_the_tile_is_refused()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var shared = await ClusterKernel.ConnectAsync(Network.Parse("dense").Ntk(), cluster.Options);
        var options = new GramOptions { Backend = new OtherBackend() };
        Assert.Contains("other", Assert.Throws<ArgumentException>(() => shared.Gram(Samples.Random(3, 2, 1), options)).Message);
    }

    private sealed class Direct(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    private sealed class OtherBackend : IKernelBackend
    {
        public string Name => "other";

        public string Description => "none";

        public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
        {
        }
    }
}
