using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace HadamardNtk.Cli.Tests.Cluster;

/// <summary>
/// Three workers as real processes, members in Redis, 20,000 samples, and what goes wrong in the middle of the work. The
/// file always has the bytes of one process. These take minutes, so that HNTK_LONG=1 asks for them.
/// </summary>
[Collection(nameof(ClusterChaosTests))]
public class ClusterChaosTests : CommandLine
{
    private const int Rows = 20_000;
    private const string Net = "(dense(w=1.41421356) relu)^3 dense";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<byte[]> Expected = new(Alone);

    private readonly ITestOutputHelper _told;
    private readonly ClusterProcesses _cluster;

    public ClusterChaosTests(ITestOutputHelper told)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "takes minutes; set HNTK_LONG=1.");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals.");
        (_told, _cluster) = (told, ClusterProcesses.OnRedis(Folder));
        Put("x.npy", Samples(Rows, 50));
    }

    protected override void Ended() => _cluster?.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_worker_is_killed(bool isShared)
    {
        Workers(isShared);
        using var client = Client();
        Reach(20);
        Kill(_cluster.Workers[1].Id, "a worker");
        Completes(client);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_silo_of_the_coordinator_is_killed(bool isShared)
    {
        Workers(isShared);
        using var client = Client();
        Reach(20);
        var coordinator = _cluster.Job().Coordinator;
        Assert.Contains(coordinator, _cluster.Workers.Select(worker => worker.Id));
        Kill(coordinator, "the coordinator");
        Completes(client);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_client_is_killed_and_goes_on(bool isShared)
    {
        Workers(isShared);
        using (var client = Client())
        {
            Reach(20);
            Kill(client.Id, "the client");
            client.Wait(Patience);
        }

        Assert.Contains("K.npy.partial", Names());
        using var again = Client();
        Completes(again);
    }

    [Fact]
    public void The_client_and_all_workers_are_killed_and_others_go_on()
    {
        Workers(isShared: true);
        using (var client = Client())
        {
            Reach(60);
            Kill(client.Id, "the client");
            client.Wait(Patience);
            _cluster.Workers.ForEach(worker => Kill(worker.Id, "a worker"));
        }

        var before = new FileInfo(Place("K.npy.journal")).Length;
        Assert.InRange(before, 500, int.MaxValue);
        _cluster.StartWorkers(3, "--shared", Folder);
        using var again = Client();
        Completes(again);
    }

    [Fact]
    public void Redis_is_away_for_ten_seconds()
    {
        Workers(isShared: true);
        using var client = Client();
        Reach(5);
        _cluster.KillRedis();
        _told.WriteLine("killed Redis");
        Thread.Sleep(TimeSpan.FromSeconds(10));
        _cluster.StartRedis();
        Completes(client);
    }

    [Fact]
    public void A_worker_is_paused_for_a_minute_and_then_works_on_the_next_job()
    {
        Workers(isShared: true);
        using var client = Client();
        Reach(20);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, Signals.Send(_cluster.Workers[1].Id, Signals.Pause));
        Completes(client);
        Thread.Sleep(TimeSpan.FromSeconds(Math.Max(0, 60 - clock.Elapsed.TotalSeconds)));
        Assert.Equal(0, Signals.Send(_cluster.Workers[1].Id, Signals.Continue));
        var name = $":{_cluster.Workers[1].Id}:";
        ClusterProcesses.WaitFor(() => _cluster.Status().GetProperty("workers").EnumerateArray()
            .Any(worker => worker.GetProperty("name").GetString()!.Contains(name)));
        File.Delete(Place("K.npy"));
        using var next = Client();
        Completes(next);
    }

    [Fact]
    public void Two_jobs_at_once_and_a_pool_of_another_name_beside_them()
    {
        Workers(isShared: true);
        string[] other = ["--cluster", _cluster.Common[1], "--name", "other"];
        using var stranger = Hntk.Start(Folder, ["worker", .. other, "--threads", "1"]);
        using var first = Client();
        using var second = _cluster.StartGram("--net", Net, "--x", "x.npy[:9000]", "--out", "L.npy", "--precision", "f32");
        using var third = Hntk.Start(Folder, ["gram", .. other, "--net", Net, "--x", "x.npy[:3000]", "--out", "M.npy"]);
        Assert.Equal(0, third.Wait(Patience).Code);
        Assert.Equal(0, second.Wait(Patience).Code);
        Completes(first);
        Run("gram", "--net", Net, "--x", "x.npy[:9000]", "--out", "l.npy", "--precision", "f32").Succeeded();
        Run("gram", "--net", Net, "--x", "x.npy[:3000]", "--out", "m.npy").Succeeded();
        Assert.Equal(Hash(Place("l.npy")), Hash(Place("L.npy")));
        Assert.Equal(Hash(Place("m.npy")), Hash(Place("M.npy")));
    }

    [Fact]
    public void A_disk_without_room_is_an_error_at_once_and_one_that_fills_up_is_resumed()
    {
        const long matrix = 3000L * 3000 * 8;
        Directory.CreateDirectory(Place("disk"));
        var mounted = Hntk.Command(Folder, "mount", "-t", "tmpfs", "-o", $"size={matrix + (64 << 10)}", "tmpfs", "disk");
        Assert.SkipWhen(mounted.Code != 0, $"no file system can be mounted here: {mounted.Error.Trim()}");
        try
        {
            Workers(isShared: true);
            string[] arguments = ["--net", Net, "--x", "x.npy[:3000]", "--out", "disk/K.npy", "--resume"];
            using (var tooLarge = _cluster.StartGram("--net", Net, "--x", "x.npy[:3100]", "--out", "disk/K.npy"))
            {
                tooLarge.Wait(Patience).Failed(1, "disk/K.npy", "space");
            }

            Assert.Equal(["disk"], Names().Where(name => name.StartsWith("disk")));

            // The matrix fits, but there is no page for the journal and the token beside it.
            Put("disk/rubbish", new byte[60 << 10]);
            using (var full = _cluster.StartGram(arguments))
            {
                Assert.Equal(1, full.Wait(Patience).Code);
            }

            File.Delete(Place("disk/rubbish"));
            using (var resumed = _cluster.StartGram(arguments))
            {
                resumed.Wait(Patience).Succeeded();
            }

            Run("gram", "--net", Net, "--x", "x.npy[:3000]", "--out", "k.npy").Succeeded();
            Assert.Equal(Hash(Place("k.npy")), Hash(Place("disk/K.npy")));
        }
        finally
        {
            _cluster.Dispose();
            Assert.Equal(0, Hntk.Command(Folder, "umount", "disk").Code);
        }
    }

    [Fact]
    public void A_disk_that_fills_up_in_the_middle_of_a_fit_is_an_error_with_a_remedy_and_the_fit_goes_on_from_there()
    {
        Directory.CreateDirectory(Place("disk"));
        var mounted = Hntk.Command(Folder, "mount", "-t", "tmpfs", "-o", "size=8M", "tmpfs", "disk");
        Assert.SkipWhen(mounted.Code != 0, $"no file system can be mounted here: {mounted.Error.Trim()}");
        try
        {
            Workers(isShared: true);
            string[] fit =
            [
                "fit", .. _cluster.Common, "--net", Net, "--x", "x.npy[:3000]", "--y", "x.npy[3000:6000,:5]", "--solver", "cg", "--rank", "0",
                "--tolerance", "1e-12", "--ridge-relative", "1e-4",
            ];
            using (var full = Hntk.Start(Folder, [.. fit, "--resume", "--model", "disk/model"]))
            {
                ClusterProcesses.WaitFor(() => full.IsOver || File.Exists(Place("disk/model.checkpoint")));
                Fill(Place("disk/rubbish"));
                _told.WriteLine(full.Wait(Patience).Failed(1, "disk/model", "space"));
            }

            Assert.True(File.Exists(Place("disk/model.checkpoint")));
            Assert.False(Directory.Exists(Place("disk/model")));
            File.Delete(Place("disk/rubbish"));
            using (var resumed = Hntk.Start(Folder, [.. fit, "--resume", "--model", "disk/model"]))
            {
                resumed.Wait(Patience).Succeeded();
            }

            Run([.. fit, "--model", "whole"]).Succeeded();
            Assert.Equal(Hash(Place("whole/weights.npy")), Hash(Place("disk/model/weights.npy")));
        }
        finally
        {
            _cluster.Dispose();
            Assert.Equal(0, Hntk.Command(Folder, "umount", "disk").Code);
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // There is no room left.
        }
    }

    private void Workers(bool isShared) => _cluster.StartWorkers(3, isShared ? ["--shared", Folder] : []);

    private Running Client() => _cluster.StartGram("--net", Net, "--x", "x.npy", "--out", "K.npy", "--resume");

    private void Reach(int tiles)
    {
        // Asking takes a second or more beside other work, in which the job goes on.
        var done = 0;
        ClusterProcesses.WaitFor(() => (done = _cluster.Job().Done) >= tiles);
        _told.WriteLine($"{done} tiles are done");
    }

    private void Kill(int process, string what)
    {
        Assert.Equal(0, Signals.Send(process, Signals.Kill));
        _told.WriteLine($"killed {what}");
    }

    private void Completes(Running client)
    {
        var clock = Stopwatch.StartNew();
        var outcome = client.Wait(Patience);
        Assert.True(outcome.Code == 0, outcome.Error);
        _told.WriteLine($"complete {clock.Elapsed.TotalSeconds:F1} s later");
        Assert.Equal(Expected.Value, Hash(Place("K.npy")));
        Assert.Equal(["K.npy", "K.npy.json"], Names().Where(name => name.StartsWith("K.npy")));
    }

    private static byte[] Alone()
    {
        var folder = Directory.CreateTempSubdirectory("hntk-alone-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "x.npy"), Npy.Bytes(Samples(Rows, 50)));
        Hntk.Run(folder, "gram", "--net", Net, "--x", "x.npy", "--out", "K.npy").Succeeded();
        var hash = Hash(Path.Combine(folder, "K.npy"));
        Directory.Delete(folder, recursive: true);
        return hash;
    }

    private static byte[] Hash(string path)
    {
        using var file = File.OpenRead(path);
        return SHA256.HashData(file);
    }
}

/// <summary>Runs alone: it takes all processors.</summary>
[CollectionDefinition(nameof(ClusterChaosTests), DisableParallelization = true)]
public class ClusterChaosCollection;
