using System.CommandLine;
using HadamardNtk.Cli.Commands;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class InterruptionTests : CommandLine
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public void A_gram_matrix_stops_and_leaves_nothing(int signal)
    {
        Signals.Require();
        Put("x.npy", Samples(5000, 10));
        Unchanged(() => Stopped(
            signal, "gram", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--out", "K.npy", "--json"));
    }

    [Fact]
    public void So_does_the_reference_backend()
    {
        Signals.Require();
        Put("x.npy", Samples(3000, 10));
        Unchanged(() => Stopped(
            Signals.Interrupt,
            "gram", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--backend", "reference", "--out", "K.npy"));
    }

    [Fact]
    public void So_does_a_fit()
    {
        Signals.Require();
        Put("x.npy", Samples(4000, 10));
        Put("y.npy", Samples(4000, 1));
        Unchanged(() => Stopped(
            Signals.Interrupt, "fit", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--y", "y.npy", "--model", "m"));
    }

    [Fact]
    public void A_resumed_matrix_that_has_not_begun_keeps_nothing()
    {
        Signals.Require();
        Put("x.npy", Samples(20, 2));
        // It has a minute to wait for a cluster that is not there.
        var error = Unchanged(() => StoppedAfter(
            0.3, Signals.Interrupt, "gram", "--net", "dense relu dense", "--x", "x.npy", "--out", "K.npy",
            "--cluster", $"localhost:{Cluster.ClusterProcesses.FreePair()}", "--patience", "60", "--resume"));
        Assert.Contains("nothing was left behind", error);
    }

    [Theory]
    [InlineData("worker", 13)]
    [InlineData("layers", 3)]
    public void A_worker_has_the_time_to_take_leave_of_the_others(string name, double seconds)
    {
        var root = new RootCommand { WorkerCommand.Create(), LayersCommand.Create() };
        string[] asked = name == "worker" ? [name, "--cluster", "localhost"] : [name];
        Assert.Equal(seconds, Interruption.Grace(root.Parse(asked)).TotalSeconds);
    }

    private string Stopped(int signal, params string[] arguments) => StoppedAfter(3, signal, arguments);

    private string StoppedAfter(double seconds, int signal, params string[] arguments)
    {
        using var running = Hntk.Start(Folder, arguments);
        running.Works(seconds);
        Thread.Sleep(seconds < 1 ? 3000 : 0);
        Assert.Equal(0, Signals.Send(running.Id, signal));
        return running.Wait(Soon).Failed(130, "interrupted");
    }
}
