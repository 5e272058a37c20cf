using Xunit;

namespace HadamardNtk.Cli.Tests.Cluster;

/// <summary>hntk worker, hntk gram --cluster and hntk cluster, on this machine alone and small.</summary>
[Collection(nameof(ClusterChaosTests))]
public class ClusterCommandTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356) relu)^3 dense";

    private ClusterProcesses? _cluster;

    protected override void Ended() => _cluster?.Dispose();

    [Fact]
    public void A_cluster_writes_the_bytes_of_one_process_and_says_what_it_does()
    {
        Signals.Require();
        _cluster = ClusterProcesses.OnLocalhost(Folder);
        _cluster.StartWorkers(1, "--shared", Folder);
        Put("x.npy", Samples(900, 7));
        Run("gram", "--net", Net, "--x", "x.npy", "--out", "one.npy").Succeeded();
        Run(["gram", .. _cluster.Common, "--net", Net, "--x", "x.npy", "--out", "K.npy", "--json"])
            .Json("rows", "columns", "seconds", "backend", "features");
        Assert.Equal(File.ReadAllBytes(Place("one.npy")), File.ReadAllBytes(Place("K.npy")));
        Assert.Equal(File.ReadAllText(Place("one.npy.json")), File.ReadAllText(Place("K.npy.json")));
        Run(["gram", .. _cluster.Common, "--net", Net, "--x", "x.npy", "--out", "K.npy", "--resume", "--json"])
            .Json("rows", "columns", "seconds", "backend", "features", "notes");
        Assert.Equal(["K.npy", "K.npy.json", "one.npy", "one.npy.json", "x.npy"], Names());

        var status = Run(["cluster", "status", .. _cluster.Common, "--json"]).Json("workers", "jobs", "products");
        Assert.Equal("cluster", status.GetProperty("command").GetString());
        Assert.Equal(1, status.GetProperty("workers").GetArrayLength());
        Assert.Contains("1 worker with ", Run(["cluster", "status", .. _cluster.Common]).Succeeded().Output);

        Run(["gram", .. _cluster.Common, "--net", Net, "--x", "x.npy", "--out", "K.csv"]).Failed(2, ".npy");
        Run(["gram", .. _cluster.Common, "--net", Net, "--x", "x.npy", "--out", "-"]).Failed(2, "--out");
        Run(["gram", .. _cluster.Common, "--net", Net, "--x", "x.npy", "--out", "x.npy"]).Failed(2, "x.npy");

        Assert.Equal(0, Signals.Send(_cluster.Workers[0].Id, Signals.Terminate));
        Assert.Equal(0, _cluster.Workers[0].Wait(TimeSpan.FromSeconds(30)).Code);
    }

    [Fact]
    public void What_cannot_work_is_refused_in_one_line()
    {
        Put("x.csv", "1,2\n3,4\n");
        Put("secret", "too short");
        string[] gram = ["gram", "--net", "dense", "--x", "x.csv", "--out", "K.npy", "--patience", "0", "--cluster"];
        Fails(2, [.. gram, "ftp://here"], "redis://HOST:PORT", "ftp://here");
        Fails(2, [.. gram, "localhost", "--name", "a b"], "a b");
        Fails(2, [.. gram, "localhost", "--secret-file", "secret"], "16");
        Fails(2, [.. gram, "localhost", "--secret-file", "none"], "none");
        Fails(2, [.. gram, "localhost", "--tls-key", "x.csv"], "authority");
        var nobody = $"localhost:{ClusterProcesses.FreePair()}";
        Fails(1, [.. gram, nobody], nobody, "hntk worker");
        Fails(2, ["worker", "--cluster", "redis://127.0.0.1:1", "--listen", "0.0.0.0"], "0.0.0.0", "secret");
        Fails(2, ["worker", "--cluster", "localhost", "--shared", "none"], "none");
        Fails(2, ["worker", "--cluster", "localhost", "--listen", "everywhere"], "everywhere");
        Fails(2, ["worker", "--cluster", "localhost", "--otlp", "here"], "--otlp", "http://HOST:PORT");
        Fails(2, ["cluster", "status", "--cluster", "localhost:1"], "localhost:1");
        Assert.DoesNotContain("password", Fails(2, ["cluster", "status", "--cluster", "redis://:password@127.0.0.1:6379/3"], "redis://:...@127.0.0.1:6379/3"));
        Fails(2, ["cluster", "status", "--cluster", "localhost", "--secret-file", ""], "--secret-file", "no name");
    }
}
