using Xunit;

namespace HadamardNtk.Cli.Tests.Cluster;

/// <summary>hntk matvec, fit and predict on a cluster of processes on this machine.</summary>
[Collection(nameof(ClusterChaosTests))]
public class ClusterFitTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356) relu)^3 dense";

    private static readonly string[] Cg = ["--solver", "cg", "--rank", "20", "--ridge-relative", "1e-3"];

    private ClusterProcesses? _cluster;

    protected override void Ended() => _cluster?.Dispose();

    [Fact]
    public void Products_and_predictions_have_the_bytes_of_one_process_and_fits_those_of_other_workers()
    {
        Signals.Require();
        _cluster = ClusterProcesses.OnLocalhost(Folder);
        _cluster.StartWorkers(1, "--memory", "0");
        Put("x.npy", Samples(600, 7));
        Put("y.npy", Samples(600, 2, seed: 2));
        Put("new.npy", Samples(300, 7, seed: 3));
        string[] product = ["--net", Net, "--x", "x.npy", "--v", "y.npy"];
        Run(["matvec", .. _cluster.Common, .. product, "--out", "K.npy", "--json"])
            .Json("rows", "columns", "seconds", "backend", "features");
        Run(["matvec", .. product, "--x2", "x.npy", "--out", "one.npy"]).Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("one.npy")), File.ReadAllBytes(Place("K.npy")));

        Fit("first").Succeeded();
        _cluster.StartWorkers(1);
        Fit("second").Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("first/weights.npy")), File.ReadAllBytes(Place("second/weights.npy")));
        Falkon("third").Succeeded();
        Falkon("fourth", "--vectors", Folder).Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("third/weights.npy")), File.ReadAllBytes(Place("fourth/weights.npy")));
        Fit("classes", "--classify", "--y", "x.npy[:,0]").Failed(2);
        Assert.DoesNotContain("classes", Names());

        Run(["predict", .. _cluster.Common, "--model", "first", "--x", "new.npy", "--out", "P.npy", "--json"])
            .Json("rows", "outputs", "seconds", "features");
        Run("predict", "--model", "first", "--x", "new.npy", "--out", "p.npy").Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("p.npy")), File.ReadAllBytes(Place("P.npy")));
    }

    [Fact]
    public void A_client_that_is_killed_goes_on_with_other_workers_to_the_same_bytes()
    {
        Signals.Require();
        _cluster = ClusterProcesses.OnLocalhost(Folder);
        _cluster.StartWorkers(1);
        Put("x.npy", Samples(3000, 20));
        Put("y.npy", Samples(3000, 5, seed: 2));
        string[] slow = ["--rank", "0", "--tolerance", "1e-12", "--ridge-relative", "1e-4", "--resume"];
        using (var client = Start("model", slow))
        {
            ClusterProcesses.WaitFor(() => client.IsOver || File.Exists(Place("model.checkpoint")));
            Assert.Equal(0, Signals.Send(client.Id, Signals.Interrupt));
            client.Wait(TimeSpan.FromSeconds(60)).Failed(130, "model.checkpoint", "--resume");
        }

        _cluster.StartWorkers(1, "--memory", "0");
        Run(["fit", .. Arguments("model", slow), "--y", "x.npy[:,:5]"]).Failed(2, "targets");
        Fit("model", [.. slow, "--y", "y.npy"]).Succeeded();
        Assert.DoesNotContain("model.checkpoint", Names());
        Fit("whole", [.. slow, "--y", "y.npy"]).Succeeded();
        Assert.Equal(File.ReadAllBytes(Place("whole/weights.npy")), File.ReadAllBytes(Place("model/weights.npy")));

        Running Start(string model, string[] more) =>
            Hntk.Start(Folder, ["fit", .. Arguments(model, more), "--y", "y.npy"]);
    }

    [Fact]
    public void What_does_not_go_with_a_cluster_is_refused_in_one_line()
    {
        Put("x.csv", "1,2\n3,4\n");
        Put("y.csv", "1\n2\n");
        Run("fit", "--net", "dense relu dense", "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--model", "m").Succeeded();
        var nobody = $"localhost:{ClusterProcesses.FreePair()}";
        string[] fit = ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "n", "--cluster", nobody, "--patience", "0"];
        Fails(2, fit, "--solver cg", "--cluster");
        Fails(1, [.. fit, "--solver", "falkon"], nobody);
        Fails(2, [.. fit, "--solver", "cg", "--vectors", "none"], "none");
        Fails(2, [.. fit, "--solver", "eigen"], "--solver cg or falkon");
        Fails(2, [.. fit, "--solver", "cg", "--ridge", "auto"], "--cluster");
        Fails(2, [.. fit, "--solver", "cg", "--folds", "2"], "--folds");
        Fails(2, [.. fit, "--solver", "cg", "--net", "dense relu dense"], "one --net");
        Fails(1, [.. fit, "--solver", "cg"], nobody, "hntk worker");
        Fails(2, ["fit", "--gram", "x.csv", "--y", "y.csv", "--model", "n", "--cluster", nobody], "--gram");
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "n", "--resume"], "--solver cg");
        Fails(2, ["fit", "--gram", "x.csv", "--y", "y.csv", "--model", "n", "--solver", "cg", "--resume"], "--net");
        string[] predict = ["predict", "--model", "m", "--x", "x.csv", "--out", "P.csv"];
        Fails(2, [.. predict, "--cluster", nobody, "--std"], "--std");
        Fails(2, [.. predict, "--secret-file", "x.csv"], "--secret-file");
        Fails(1, [.. predict, "--cluster", nobody, "--patience", "0"], nobody);
        Fails(2, ["worker", "--cluster", "localhost", "--memory", "much"], "--memory");
    }

    private Outcome Falkon(string model, params string[] more) => Run(
        ["fit", .. _cluster!.Common, "--net", Net, "--x", "x.npy", "--y", "y.npy", "--solver", "falkon", "--centers", "50", "--ridge-relative", "1e-3", .. more, "--model", model]);

    private Outcome Fit(string model, params string[] more) => Run(
        ["fit", .. Arguments(model, more), .. more.Contains("--y") ? Array.Empty<string>() : ["--y", "y.npy"]]);

    private string[] Arguments(string model, string[] more) =>
        [.. _cluster!.Common, "--net", Net, "--x", "x.npy", .. more.Contains("--rank") ? ["--solver", "cg"] : Cg, .. more, "--model", model];
}
