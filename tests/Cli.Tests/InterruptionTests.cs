using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class InterruptionTests : CommandLine
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public void A_gram_matrix_stops_and_leaves_nothing(int signal)
    {
        RequireSignals();
        Put("x.npy", Samples(5000, 10));
        var patience = DateTime.UtcNow.AddSeconds(2);
        Unchanged(() => Stopped(
            signal, () => DateTime.UtcNow > patience, "gram", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--out", "K.npy", "--json"));
    }

    [Fact]
    public void So_does_the_reference_backend()
    {
        RequireSignals();
        Put("x.npy", Samples(3000, 10));
        var patience = DateTime.UtcNow.AddSeconds(2);
        Unchanged(() => Stopped(
            Interrupt, () => DateTime.UtcNow > patience,
            "gram", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--backend", "reference", "--out", "K.npy"));
    }

    [Fact]
    public void So_does_a_fit()
    {
        RequireSignals();
        Put("x.npy", Samples(4000, 10));
        Put("y.npy", Samples(4000, 1));
        var patience = DateTime.UtcNow.AddSeconds(2);
        Unchanged(() => Stopped(
            Interrupt, () => DateTime.UtcNow > patience, "fit", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--y", "y.npy", "--model", "m"));
    }

    private string Stopped(int signal, Func<bool> isUnderWay, params string[] arguments)
    {
        using var running = Hntk.Start(Folder, arguments);
        for (var i = 0; !isUnderWay(); i++)
        {
            Assert.False(running.IsOver || i > 600, "the work ended before it could be interrupted");
            Thread.Sleep(50);
        }

        Assert.Equal(0, Kill(running.Id, signal));
        return running.Wait(Soon).Failed(130, "interrupted");
    }

    // A background job of a shell ignores SIGINT, and so would its children.
    private static void RequireSignals()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals.");
        if (Signal(Interrupt, 0) is var before && before != 1)
        {
            Signal(Interrupt, before);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int signal, nint handler);
}
