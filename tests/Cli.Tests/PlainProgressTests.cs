using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Progress where stderr is no terminal, by a clock that the tests set.</summary>
public class PlainProgressTests : CommandLine
{
    [Fact]
    public void A_line_is_written_every_30_seconds_and_none_before()
    {
        var (lines, seconds) = (new List<string>(), 0.0);
        var progress = new PlainProgress<double>(
            (part, time) => PlainProgress.Text("gram", part, time), lines.Add, () => TimeSpan.FromSeconds(seconds));
        for (var i = 0; i <= 200; i++)
        {
            seconds = i / 2.0;
            progress.Report(i / 200.0);
        }

        Assert.Equal(["gram: 30 % after 30 s, about 70 s left", "gram: 60 % after 60 s, about 40 s left", "gram: 90 % after 90 s, about 10 s left"], lines);
    }

    [Fact]
    public void A_late_report_begins_a_new_pause()
    {
        var (lines, seconds) = (new List<string>(), 100.0);
        var progress = new PlainProgress<int>((step, _) => $"{step}", lines.Add, () => TimeSpan.FromSeconds(seconds));
        progress.Report(1);
        seconds = 129;
        progress.Report(2);
        seconds = 130;
        progress.Report(3);
        Assert.Equal(["1", "3"], lines);
    }

    [Fact]
    public void Lines_say_the_time_that_has_passed()
    {
        Assert.Equal("gram: 0 % after 31 s", PlainProgress.Text("gram", 0, TimeSpan.FromSeconds(31)));
        Assert.Equal("gram: 99 % after 31 s, about 0 s left", PlainProgress.Text("gram", 0.9999, TimeSpan.FromSeconds(31)));
        Assert.Equal("fit: step 3, after 61 s", PlainProgress.Text("fit", "step 3", TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void Short_work_is_silent()
    {
        Put("x.npy", Samples(20, 3));
        Assert.Equal("", Run("gram", "--net", Relu, "--x", "x.npy", "--out", "K.npy").Succeeded().Error);
    }
}
