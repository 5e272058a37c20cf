using Xunit;

namespace HadamardNtk.Cli.Tests;

public class TroublesomeOutputTests : CommandLine
{
    private const int Hangup = 1;

    public TroublesomeOutputTests() => Put("x.csv", "2,0\n2,2\n");

    [Theory]
    [InlineData(Hangup)]
    [InlineData(Signals.Kill)]
    public void A_hangup_or_a_kill_leaves_nothing(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals.");
        Put("x.npy", Samples(5000, 10));
        var before = Names();
        using var running = Hntk.Start(Folder, "gram", "--net", "(dense relu)^300 dense", "--x", "x.npy", "--out", "K.npy", "--backend", "reference");
        running.Works(3);
        Assert.Equal(0, Signals.Send(running.Id, signal));
        running.Wait(TimeSpan.FromSeconds(60));
        var left = Names();
        Array.ForEach(left.Except(before).ToArray(), name => File.Delete(Place(name)));
        Assert.Equal(before, left);
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused_before_the_work()
    {
        var name = new string('a', 300) + ".npy";
        Fails(2, ["gram", "--net", "dense", "--x", "x.csv", "--out", name], "too long");
    }

    [Fact]
    public void A_prediction_that_cannot_be_written_leaves_what_was_there()
    {
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "x.csv", "--model", "m").Succeeded();
        Put("Y.std.npy", "of an earlier run");
        Directory.CreateDirectory(Place("Y.npy"));
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy", "--std"], "Y.npy", "folder");
    }

    [Fact]
    public void A_companion_file_that_cannot_be_written_is_named_as_the_fault()
    {
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "x.csv", "--model", "m").Succeeded();
        Directory.CreateDirectory(Place("Y.std.npy"));
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "Y.npy", "--std"], "Y.std.npy", "expected", "folder");
    }

    [Fact]
    public void Results_that_cannot_be_printed_are_a_failure_that_says_so()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full.");
        Hntk.Shell(Folder, "\"$@\" >/dev/full", "backends").Failed(1, "stdout");
    }

    [Fact]
    public void A_command_tells_the_version_too() =>
        Assert.Equal(Run("--version").Output, Run("gram", "--version").Succeeded().Output);

    [Fact]
    public void Every_line_of_the_demo_fits_eighty_columns() =>
        Assert.All(Run("demo").Succeeded().Lines(), line => Assert.InRange(line.Length, 0, 80));

    [Theory]
    [InlineData("ccp(degree=3,w=1.2,b=0.1,act=relu) dense")]
    [InlineData("ncp(degree=3,skip=true) dense")]
    public void Every_line_of_an_explanation_fits_eighty_columns(string net) =>
        Assert.All(Run("explain", "--net", net).Succeeded().Lines(), line => Assert.InRange(line.Length, 0, 80));
}
