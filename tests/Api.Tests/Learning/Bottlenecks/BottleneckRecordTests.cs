using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class BottleneckRecordTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Records_keep_the_network_without_bottlenecks_of_their_own_time(double multiplier)
    {
        Matrix x = new double[,] { { 1, 0 }, { 0, 1 }, { 1, 1 } }, y = new double[,] { { 1 }, { -1 }, { 2 } };
        var network = Network.Parse("dense relu dense bottleneck(width=2) dense relu dense");
        var records = BottleneckRun.Train(network, x, y, new() { Steps = 5, HeadWidth = 16, OutputMultiplier = multiplier }).Records;
        Assert.Equal(6, records.Count);
        Assert.Equal(records[0].Predictions.Data, records[0].JoinedPredictions!.Data);
        Assert.All(records, record => Assert.Equal(
            record.JoinedLoss!.Value,
            record.JoinedPredictions!.Data.Zip(y.Data, (f, target) => (f - target) * (f - target)).Sum() / 6,
            1e-12));
    }
}
