using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>The progress of a job whose tiles are computed again.</summary>
public class RisingProgressTests
{
    [Fact]
    public void Progress_never_falls_and_is_1_at_the_end_alone()
    {
        var heard = new List<double>();
        var rising = new RisingProgress(new Direct(heard.Add));
        foreach (var part in new[] { 0.25, 0.75, 1, 0.5, 0.875 })
        {
            rising.Report(part, isOver: false);
        }

        rising.Report(0.5, isOver: true);
        Assert.Equal([0.25, 0.75, 0.75, 0.875, 1], heard);
    }

    private sealed class Direct(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
