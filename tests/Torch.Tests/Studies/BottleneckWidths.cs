using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using Xunit;

namespace HadamardNtk.Torch.Tests.Studies;

/// <summary>Finite networks with a bottleneck beside their simulation in function space from the same start.</summary>
public sealed class BottleneckWidths : IDisposable
{
    private const int Starts = 20;
    private const int Steps = 60;
    private const double Rate = 0.2;

    private static readonly Matrix X = Small.Numbers(1, 10, 3);
    private static readonly Matrix Y = Small.Numbers(2, 10, 1);

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, int> Networks => new()
    {
        { "dense(w=1.4142135623730951) relu dense bottleneck(width=2) dense(w=1.4142135623730951) erf dense", (int)BottleneckMode.History },
        { "dense(w=1.4142135623730951) relu dense bottleneck(width=2) dense(w=1.4142135623730951) relu dense", (int)BottleneckMode.History },
        { "dense(b=0.3) erf dense bottleneck(width=2) dense(b=0.2) tanh dense", (int)BottleneckMode.Hybrid },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_gap_to_the_simulation_shrinks_with_the_width_in_the_mean_over_starts(string text, int mode)
    {
        var network = BottleneckNetwork.Of(Network.Parse(text));
        int[] widths = [64, 256, 1024];
        double[] gaps = [.. widths.Select(m => Enumerable.Range(1, Starts).Average(seed => Gap(network, (BottleneckMode)mode, m, seed)))];
        var slope = Math.Log(gaps[^1] / gaps[0]) / Math.Log((double)widths[^1] / widths[0]);
        Assert.True(gaps[0] > gaps[1] && gaps[1] > gaps[2], string.Join(", ", gaps));

        // The parts of the gap have the size m^(-1/2) at a start, and a mean over 20 starts of such a scatter is good to
        // a quarter.
        Assert.InRange(slope, -0.75, -0.25);
    }

    // |F - F_m|/|F - F_0| at the training samples after the last step.
    private static double Gap(BottleneckNetwork network, BottleneckMode mode, int width, int seed)
    {
        var start = BottleneckStart.OfFinite(network, X, 1, width, seed);
        var run = BottleneckRun.Train(network.Network, X, Y, new()
        {
            Start = start,
            Steps = Steps,
            RecordEvery = Steps,
            Mode = mode,
            HeadWidth = width,
            HeadRate = Rate,
            FeatureRate = Rate,
            StepControl = false,
            TrainJoined = false,
            KeepKernels = false,
        });
        var first = run.Records[0].Predictions;
        var finite = TorchTraining.Create().Train(new(
            network.Finite(), width, seed, X, Difference(Y, first), Rate, [Steps], X))[0];
        var change = Difference(run.Records[^1].Predictions, first);
        return Size(Difference(change, finite)) / Size(change);
    }

    private static double Size(Matrix m) => Math.Sqrt(m.Data.Sum(v => v * v));

    private static Matrix Difference(Matrix a, Matrix b) =>
        Matrix.Wrap([.. a.Data.Zip(b.Data, (x, y) => x - y)], a.Rows, a.Columns);
}
