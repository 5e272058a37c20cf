using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>A training with bottlenecks that is killed or interrupted goes on to the files of one that is not.</summary>
public class BottleneckResumeTests : TrainedCommandLine
{
    /// <summary>Trainings of 8 s and more; a checkpoint is written every second, and each must outlast three.</summary>
    private const string Line =
        "bottleneck --net dense|relu|dense|bottleneck(width=2)|dense|erf|dense --width 128 --seed 3 --x x.npy --y y.npy --x2 x.npy[:5] --y2 y.npy[:5] --lr-f 1 --threads 1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public BottleneckResumeTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals.");
        Put("x.npy", Samples(20, 3));
        Put("y.npy", Samples(20, 1, seed: 2));
    }

    [Theory]
    [InlineData("--steps 60000 --every 1000")]
    [InlineData("--steps 500 --every 20 --mode history")]
    public void After_a_kill_and_an_interruption_the_files_are_the_uninterrupted_ones(string options)
    {
        Signals.Require();
        string[] resumed = [.. Words($"{Line} {options}"), "--out", "r", "--resume"];
        Stopped([.. resumed.Select(word => word is "60000" or "500" ? word + "0" : word)], Signals.Kill);
        Assert.Equal(["r.checkpoint", "x.npy", "y.npy"], Names());
        Stopped(resumed, Signals.Interrupt).Failed(130, "r.checkpoint", "--resume");
        Assert.Equal(["r.checkpoint", "x.npy", "y.npy"], Names());
        Fails(2, [.. resumed, "--multiplier", "2"], "output multiplier", "r.checkpoint");
        Fails(2, [.. resumed, "--center"], "samples", "r.checkpoint");
        Fails(1, [.. resumed, "--lr-g", "1e9"], "take smaller rates");
        Run(resumed).Succeeded();
        Assert.DoesNotContain("r.checkpoint", Names());

        Run([.. Words($"{Line} {options}"), "--out", "whole"]).Succeeded();
        foreach (var name in new[] { "loss.csv", "predictions.npy", "embeddings.npy" })
        {
            Assert.Equal(File.ReadAllBytes(Place($"whole/{name}")), File.ReadAllBytes(Place($"r/{name}")));
        }
    }

    [Fact]
    public void Without_resume_an_interruption_leaves_nothing()
    {
        Signals.Require();
        using var running = Hntk.Start(Folder, [.. Words($"{Line} --steps 1000000"), "--out", "r"]);
        running.Works(3);
        Assert.Equal(0, Signals.Send(running.Id, Signals.Interrupt));
        running.Wait(Patience).Failed(130, "nothing was left behind");
        Assert.Equal(["x.npy", "y.npy"], Names());
    }

    // The run is stopped after it has written a checkpoint.
    private Outcome Stopped(string[] arguments, int signal)
    {
        var before = Written();
        using var running = Hntk.Start(Folder, arguments);
        for (var i = 0; Written() == before; i++)
        {
            Assert.False(running.IsOver || i > 2400, "the training ended before it could be stopped");
            Thread.Sleep(25);
        }

        Assert.Equal(0, Signals.Send(running.Id, signal));
        return running.Wait(Patience);
    }

    private DateTime? Written() => File.Exists(Place("r.checkpoint")) ? File.GetLastWriteTimeUtc(Place("r.checkpoint")) : null;
}
