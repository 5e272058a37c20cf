using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>A training that is killed or interrupted goes on to the bits of one that is not.</summary>
public class TrainResumeTests : TrainedCommandLine
{
    /// <summary>A training of some 8 s; its checkpoint is written every second.</summary>
    private const string Line =
        "train --net dense(b=0.1)|erf|dense|erf|dense --width 48 --seed 1 --x x.npy --y y.npy --validation-x x.npy[:20] --validation-y y.npy[:20] "
        + "--rate 0.002 --schedule cosine --epochs 8000 --batch 16 --threads 1 --precision f64";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public TrainResumeTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals.");
        RequireTorch();
        Put("x.npy", Samples(60, 10));
        Put("y.npy", Samples(60, 1, seed: 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--linearised")]
    public void After_a_kill_and_an_interruption_the_parameters_are_the_uninterrupted_ones(string options)
    {
        Signals.Require();
        string[] resumed = [.. Words($"{Line} {options}"), "--model", "m", "--resume"];
        Stopped(resumed, Signals.Kill);
        Assert.Equal(["m.checkpoint", "x.npy", "y.npy"], Names());
        Stopped(resumed, Signals.Interrupt).Failed(130, "m.checkpoint", "--resume");
        Assert.Equal(["m.checkpoint", "x.npy", "y.npy"], Names());
        Fails(2, [.. resumed.Select(word => word == "0.002" ? "0.003" : word)], "optimizer", "m.checkpoint");
        Run(resumed).Succeeded();
        Assert.DoesNotContain("m.checkpoint", Names());

        Run([.. Words($"{Line} {options}"), "--model", "whole"]).Succeeded();
        Assert.Equal(Parameters("whole"), Parameters("m"));
        Assert.Equal(History("whole"), History("m"));
        if (options.Length > 0)
        {
            Assert.Equal(File.ReadAllBytes(Place("whole/changes.dat")), File.ReadAllBytes(Place("m/changes.dat")));
        }
    }

    [Fact]
    public void Without_resume_an_interruption_leaves_nothing()
    {
        Signals.Require();
        using var running = Hntk.Start(Folder, [.. Words(Line.Replace("8000", "80000")), "--model", "m"]);
        running.Works(4);
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

    private DateTime? Written() => File.Exists(Place("m.checkpoint")) ? File.GetLastWriteTimeUtc(Place("m.checkpoint")) : null;

    // The last column has the seconds.
    private string[] History(string model) =>
        [.. File.ReadAllLines(Place($"{model}/history.csv")).Select(line => line[..line.LastIndexOf(',')])];
}
