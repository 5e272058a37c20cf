using Xunit;

namespace HadamardNtk.Cluster.Tests.Products;

/// <summary>Products with matrices whose rows workers share have the same bits for all workers.</summary>
[Collection(nameof(LocalCluster))]
public class ProductTests
{
    private const string Deep = "(dense(w=1.41421356) relu)^3 dense";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Products_have_the_bits_of_one_process_between_two_sets(int workers)
    {
        await using var cluster = await LocalCluster.Start(workers);
        var kernel = Network.Parse(Deep).Ntk();
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var (x, other) = (Samples.Random(700, 9, 1), Samples.Random(333, 9, 2));
        var (v, w) = (Samples.Random(700, 3, 3), Samples.Random(333, 1, 4));
        Assert.Equal(kernel.Multiply(x, v, Copy(x)).ToArray(), shared.Multiply(x, v).ToArray());
        Assert.Equal(kernel.Multiply(x, w, other).ToArray(), shared.Multiply(x, w, other).ToArray());
        var single = new GramOptions { Precision = Precision.Float32 };
        Assert.Equal(kernel.Multiply(x, v, Copy(x), single).ToArray(), shared.Multiply(x, v, null, single).ToArray());
        Assert.Empty(shared.WrongWorkers);
    }

    [Theory]
    [InlineData("dense gelu dense", 4, null, 300)]
    [InlineData("dense gelu dense", 4, null, 20)]
    [InlineData("image(4x4x2) conv(3) relu flatten dense", 32, null, 200)]
    [InlineData(Deep, 5, "reference", 40)]
    public async Task Products_are_those_of_whole_rows_of_the_matrix(string network, int features, string? backend, int n)
    {
        await using var cluster = await LocalCluster.Start(2);
        var kernel = Network.Parse(network).Ntk();
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var options = new GramOptions { Backend = backend is null ? null : Backends.Find(backend) };
        var (x, v) = (Samples.Random(n, features, 1), Samples.Random(n, 2, 3));
        var expected = MatrixProducts.Times(kernel.Cross(x, Copy(x), options), v, Workers.All);
        Assert.Equal(expected.ToArray(), shared.Multiply(x, v, null, options).ToArray());
    }

    [Theory]
    [InlineData("f64", long.MaxValue)]
    [InlineData("f64", 400_000)]
    [InlineData("f32", long.MaxValue)]
    [InlineData("f32", 200_000)]
    [InlineData("none", long.MaxValue)]
    public async Task Rows_that_are_kept_change_no_bit(string storage, long memory)
    {
        await using var cluster = await LocalCluster.Start(
            0, [.. Enumerable.Repeat(new ClusterWorkerOptions { Threads = 2, Memory = memory }, 2)]);
        await using var connection = await ClusterConnection.Open(cluster.Options, default);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(600, 5, 1));
        var request = new GramRequest(kernel.Network, x);
        using var session = new ProductSession(connection, request, Backends.Default, storage, 0);
        var k = kernel.Cross(x, Copy(x));
        var rounded = storage == "f32" ? Matrix.Wrap([.. k.Data.Select(e => (double)(float)e)], 600, 600) : k;
        for (var round = 0; round < 4; round++)
        {
            var v = Samples.Random(600, 1 + round, round);
            Assert.Equal(
                MatrixProducts.Times(rounded, v, Workers.All).ToArray(), session.Run(RoundKind.Product, v, null, default).ToArray());
            Assert.Equal(
                MatrixProducts.Times(k, v, Workers.All).ToArray(), session.Run(RoundKind.Exact, v, null, default).ToArray());
            var others = x.SelectRows(7, 70);
            var kernels = session.Run(RoundKind.Kernels, others, null, default);
            var turned = new double[kernels.Data.Length];
            Transposition.Copy<double>(kernels.Data, 600, 70, 70, turned, 600);
            Assert.Equal(kernel.Cross(others, x).Data, turned);
        }

        var bands = session.Homes.Values.Sum();
        Assert.Equal(storage == "none" ? 0 : memory == long.MaxValue ? 5 : 0, bands);
    }

    [Fact]
    public async Task A_worker_that_leaves_in_the_middle_changes_no_bit()
    {
        await using var cluster = await LocalCluster.Start(1);
        using var stop = new CancellationTokenSource();
        var bands = 0;
        var leaving = await LocalCluster.Join(
            cluster.Options, new() { Threads = 1, Spoil = _ => { if (++bands == 4) { stop.Cancel(); } } }, stop.Token);
        await using var connection = await ClusterConnection.Open(cluster.Options, default);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(900, 5, 1));
        using var session = new ProductSession(connection, new(kernel.Network, x), Backends.Default, "f64", 0);
        for (var round = 0; round < 6; round++)
        {
            var v = Samples.Random(900, 2, round);
            Assert.Equal(
                kernel.Multiply(x, v, Copy(x)).ToArray(), session.Run(RoundKind.Product, v, null, default).ToArray());
        }

        stop.Cancel();
        await LocalCluster.Within(leaving, "the worker that leaves");
        Assert.Single(session.Homes);
    }

    [Fact]
    public async Task A_worker_that_computes_wrong_bits_is_found_by_the_client_and_changes_nothing()
    {
        using var spoilt = new ManualResetEventSlim();
        var good = new ClusterWorkerOptions { Threads = 1, Spoil = _ => LocalCluster.Wait(spoilt, "a spoilt band") };
        await using var cluster = await LocalCluster.Start(0, good, good with { Spoil = Spoil });
        var (kernel, x, v) = (Network.Parse(Deep).Ntk(), Samples.Random(1500, 6, 4), Samples.Random(1500, 1, 5));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        Assert.Equal(kernel.Multiply(x, v, Copy(x)).ToArray(), shared.Multiply(x, v).ToArray());
        Assert.Single(shared.WrongWorkers);

        // The other one waits until a band is spoilt.
        void Spoil(Memory<byte> bytes)
        {
            bytes.Span[3] ^= 1;
            spoilt.Set();
        }
    }

    [Fact]
    public async Task A_worker_that_has_no_memory_leaves_the_work_to_others()
    {
        using var failed = new ManualResetEventSlim();
        var good = new ClusterWorkerOptions { Threads = 1, Spoil = _ => LocalCluster.Wait(failed, "a worker without memory") };
        await using var cluster = await LocalCluster.Start(0, good, good with { Spoil = _ => Fail() });
        var (kernel, x, v) = (Network.Parse(Deep).Ntk(), Samples.Random(700, 6, 4), Samples.Random(700, 1, 5));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        Assert.Equal(kernel.Multiply(x, v, Copy(x)).ToArray(), shared.Multiply(x, v).ToArray());
        Assert.Empty(shared.WrongWorkers);

        void Fail()
        {
            failed.Set();
            throw new OutOfMemoryException();
        }
    }

    [Fact]
    public async Task A_kernel_that_is_not_finite_is_the_error_of_one_process()
    {
        await using var cluster = await LocalCluster.Start(1);
        var kernel = Network.Parse("dense relu dense").Ntk();
        var rows = Samples.Random(200, 2, 5).ToArray();
        rows[150, 0] = 1e200;
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var v = Samples.Random(200, 1, 1);
        var expected = Assert.Throws<KernelUndefinedException>(() => kernel.Multiply(rows, v));
        var came = Assert.Throws<KernelUndefinedException>(() => shared.Multiply(rows, v));
        Assert.Equal(expected.Message, came.Message);
        Assert.Throws<ArgumentException>(() => shared.Multiply(rows, Samples.Random(199, 1, 1)));
    }

    [Fact]
    public async Task A_worker_takes_part_in_several_jobs_and_the_cluster_shows_them()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, default);
        var (kernel, x, v) = (Network.Parse(Deep).Ntk(), Samples.Random(200, 5, 1), Samples.Random(200, 1, 2));
        using var session = new ProductSession(connection, new(kernel.Network, x), Backends.Default, "f64", 0);
        session.Run(RoundKind.Product, v, null, default);

        // The first job is between two rounds, for as long as its client wants.
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        Assert.Equal(kernel.Multiply(x, v, Copy(x)).ToArray(), shared.Multiply(x, v).ToArray());
        session.Run(RoundKind.Product, v, null, default);
        var shown = (await ClusterStatus.ReadAsync(cluster.Options)).Products.Single(job => job.Round == 2);
        Assert.Equal((200, 200, Deep), (shown.Rows, shown.Columns, shown.Network));
        Assert.Equal((2, ClusterNames.Process), (shown.Bands, shown.Client));
    }

    [Fact]
    public async Task Rounds_that_threads_ask_for_at_once_come_one_after_another()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, default);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(300, 5, 1));
        using var session = new ProductSession(connection, new(kernel.Network, x), Backends.Default, "f64", 0);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() =>
        {
            var v = Samples.Random(300, 1 + number, number);
            var kind = number % 2 == 0 ? RoundKind.Product : RoundKind.Exact;
            Assert.Equal(kernel.Multiply(x, v, Copy(x)).ToArray(), session.Run(kind, v, null, default).ToArray());
        })));
    }

    [Fact]
    public async Task Rows_that_are_kept_outlast_their_owner_while_another_product_needs_them()
    {
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var worker = new ClusterWorkerOptions { Threads = 1, Spoil = _ => Hold() };
        await using var cluster = await LocalCluster.Start(0, worker);
        var (kernel, x, v) = (Network.Parse(Deep).Ntk(), Samples.Random(200, 5, 1), Samples.Random(200, 1, 2));
        await using var shared = await ClusterKernel.ConnectAsync(kernel, cluster.Options);
        var owner = ((IDistantKernel<Matrix>)shared).Begin(x, null, Precision.Float64, new());
        var product = Task.Run(() => shared.Multiply(x, v));
        LocalCluster.Wait(begun, "a band of the product");
        owner.Dispose();
        owner.Dispose();
        var jobs = (await ClusterStatus.ReadAsync(cluster.Options)).Products;
        go.Set();
        Assert.Single(jobs);
        Assert.Equal(kernel.Multiply(x, v, Copy(x)).ToArray(), (await product).ToArray());
        Assert.Throws<ObjectDisposedException>(() => owner.Multiply(v, default));

        void Hold()
        {
            begun.Set();
            LocalCluster.Wait(go, "the owner to leave");
        }
    }

    [Fact]
    public async Task A_client_with_more_jobs_than_a_worker_takes_of_others_has_all_of_them_computed()
    {
        await using var cluster = await LocalCluster.Start(1);
        await using var connection = await ClusterConnection.Open(cluster.Options, default);
        var (kernel, x, v) = (Network.Parse(Deep).Ntk(), Samples.Random(100, 5, 1), Samples.Random(100, 1, 2));
        var expected = kernel.Multiply(x, v, Copy(x)).ToArray();
        var sessions = new List<ProductSession>();
        for (var number = 0; number < JobTasks.Most + 2; number++)
        {
            sessions.Add(new(connection, new(kernel.Network, x), Backends.Default, "f64", 0));
            Assert.Equal(expected, sessions[^1].Run(RoundKind.Product, v, null, default).ToArray());
        }

        sessions.ForEach(session => session.Dispose());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_factor_goes_through_a_folder_that_the_worker_shares_and_else_in_messages(bool isShared)
    {
        using var folder = new Folder();
        await using var cluster = await LocalCluster.Start(
            0, new ClusterWorkerOptions { Threads = 1, Shared = isShared ? [folder.Path] : [] });
        await using var connection = await ClusterConnection.Open(cluster.Options with { Vectors = folder.Path }, default);
        var (kernel, x) = (Network.Parse(Deep).Ntk(), Samples.Random(300, 5, 1));
        using var session = new ProductSession(connection, new(kernel.Network, x), Backends.Default, "f64", 0);
        for (var round = 1; round < 3; round++)
        {
            var v = Samples.Random(300, round, 2);
            Assert.Equal(
                kernel.Multiply(x, v, Copy(x)).ToArray(), session.Run(RoundKind.Product, v, null, default).ToArray());
        }

        Assert.Equal(isShared ? 0 : 2, session.SentParts);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void A_file_with_another_factor_is_not_taken()
    {
        using var folder = new Folder();
        var (v, folders) = (Samples.Random(9, 2, 1), new SharedFolders([folder.Path]));
        using var file = FactorFile.TryWrite(folder.Path, v)!;
        var round = new ProductRound(1, RoundKind.Product, 9, 2, TileHash.Of<double>(v.Data), file.Path);
        Assert.Equal(v.Data, FactorFile.TryRead(round, folders));
        Assert.Null(FactorFile.TryRead(round with { Hash = 1 }, folders));
        Assert.Null(FactorFile.TryRead(round with { Rows = 8 }, folders));
        Assert.Null(FactorFile.TryRead(round with { File = file.Path + "w" }, folders));
        Assert.Null(FactorFile.TryRead(round, new([])));
    }

    [Fact]
    public async Task Without_a_worker_a_product_ends_with_a_remedy()
    {
        await using var cluster = await LocalCluster.Start(1);
        var options = cluster.Options with { Patience = TimeSpan.FromSeconds(2) };
        await using var shared = await ClusterKernel.ConnectAsync(Network.Parse("dense").Ntk(), options);
        await using var connection = await ClusterConnection.Open(options, default);
        using var session = new ProductSession(
            connection, new(Network.Parse("dense"), Samples.Random(9, 2, 1)), new Unknown(), "none", 0);
        var error = Assert.Throws<ClusterException>(
            () => session.Run(RoundKind.Product, Samples.Random(9, 1, 1), null, default));
        Assert.Contains("start workers", error.Message);
        Assert.Contains("bits", error.Message);
    }

    internal static Matrix Copy(Matrix x) => x.SelectRows(0, x.Rows);

    // The name of a backend that workers know, with an identity that they do not have.
    private sealed class Unknown : IKernelBackend
    {
        public string Name => "cpu";

        public string Description => "none";

        public string Identity(GramRequest request) => "cpu of another kind";

        public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
        {
        }
    }
}
