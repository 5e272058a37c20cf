using HadamardNtk.Torch.Tests.Device;
using Xunit;

namespace HadamardNtk.Torch.Tests.Studies;

/// <summary>Networks of finite width with a bottleneck, trained beside the simulation in function space.</summary>
public sealed class BottleneckStudyTests : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Wider_networks_come_nearer_to_the_simulation_from_their_own_start()
    {
        var result = BottleneckStudy.Run(new()
        {
            Samples = 10,
            TestSamples = 10,
            Widths = [2],
            LabelScales = [1],
            Depths = [1],
            Starts = 2,
            Part = 0.5,
            HeadWidth = 16,
            LinearStarts = 1,
            Finite = TorchTraining.Create(),
            FiniteWidths = [128, 4096],
            FiniteStarts = 4,
            FiniteSteps = 30,
        });
        Assert.Equal(ClaimVerdict.Found, result.Claims[^1].Verdict);
        var gaps = result.Tables.Single(table => table.Name == "finite-gaps").Rows;

        // The gap falls as one over the root of the width: 32 times the width makes it about a sixth. It is the mean over four
        // starts, whose scatter may double or halve the ratio.
        var (narrow, wide) = ((double)gaps[0][2]!, (double)gaps[1][2]!);
        Assert.InRange(narrow, 0.02, 0.4);
        Assert.InRange(narrow / wide, Math.Sqrt(32) / 2, Math.Sqrt(32) * 2);
    }
}
