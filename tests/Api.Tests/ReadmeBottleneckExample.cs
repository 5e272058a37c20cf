using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>The program of docs/bottlenecks.md.</summary>
public class ReadmeBottleneckExample
{
    [Fact]
    public void The_program_of_the_page_trains_with_a_bottleneck()
    {
        Matrix x = Samples.Random(30, 3, 1), y = Samples.Random(30, 1, 2);

        // <readme>
        var network = Network.Parse("dense(w=1.41421356) relu dense bottleneck(width=2) dense erf dense");
        var run = BottleneckRun.Train(network, x, y, new() { Steps = 200, LabelScale = 5, Seed = 1 });
        foreach (var record in run.Records)
        {
            var theta = record.Kernel();                                  // the effective tangent kernel, an IKernel
            var alignment = Spectrum.Of(theta, run.TrainingPlaces).Align(run.Targets);
            Console.WriteLine($"{record.Step}: loss {record.Loss:G3}, without the bottleneck {record.JoinedLoss:G3}, "
                + $"g has moved by {record.Motion:P0}, alignment {alignment.Alignments[0]:F3}");
        }
        // </readme>

        Assert.Equal(51, run.Records.Count);
        Assert.True(run.Records[^1].Loss < 0.1 * run.Records[0].Loss && run.Records[^1].Motion > 0.1);
    }
}
