using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>What trainings with bottlenecks say of their targets, and which rates they refuse.</summary>
public class BottleneckTargets
{
    private static readonly Network Net = Network.Parse("dense bottleneck(width=2) dense erf dense");
    private static readonly Matrix X = new[,] { { 1.0, 0.5 }, { -0.5, 1 }, { 0.2, -1 } };

    [Fact]
    public void Numbers_have_no_accuracy() =>
        Assert.Null(Accuracy(new[,] { { 0.3, 0.1 }, { 0.2, 0.9 }, { -0.5, 0.4 } }, Loss.Squared));

    [Fact]
    public void Several_classes_of_one_sample_have_no_accuracy() =>
        Assert.Null(Accuracy(new[,] { { 1.0, 1, -1 }, { 1, -1, -1 }, { -1, 1, -1 } }, Loss.Logistic));

    [Theory]
    [InlineData(0, 1, Loss.Squared)]
    [InlineData(-1, 1, Loss.Logistic)]
    [InlineData(0, 1, Loss.Softmax)]
    [InlineData(0.25, 0.75, Loss.Softmax)]
    public void One_hot_rows_are_classes(double off, double on, Loss loss) =>
        Assert.Equal(1, Accuracy(new[,] { { on, off }, { off, on }, { on, off } }, loss));

    [Fact]
    public void Probabilities_are_classes_of_the_softmax_loss() =>
        Assert.Equal(1, Accuracy(new[,] { { 0.9, 0.1 }, { 0.2, 0.8 }, { 0.7, 0.3 } }, Loss.Softmax));

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.0, null)]
    [InlineData(null, 0.0)]
    public void A_training_without_a_rate_is_refused(double? head, double? feature) => Assert.Throws<ArgumentException>(
        () => BottleneckRun.Train(Net, X, X, new() { Steps = 1, HeadWidth = 8, HeadRate = head, FeatureRate = feature }));

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, 1.0)]
    public void One_part_may_stay_as_it_is(double? head, double? feature)
    {
        var run = BottleneckRun.Train(Net, X, X, new() { Steps = 2, HeadWidth = 8, HeadRate = head, FeatureRate = feature });
        Assert.Equal(feature > 0, run.Records[^1].Motion > 0);
    }

    [Fact]
    public void The_memory_of_many_steps_is_a_large_number()
    {
        var options = new BottleneckOptions { Steps = int.MaxValue, RecordEvery = 2 };
        Assert.InRange(BottleneckRun.RequiredBytes(BottleneckNetwork.Of(Net), 10, 1, options), 1L << 38, long.MaxValue);
    }

    private static double? Accuracy(Matrix y, Loss loss) =>
        BottleneckRun.Train(Net, X, y, new() { Steps = 500, HeadWidth = 64, Loss = loss }).Records[^1].Accuracy;
}
