using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class UciProtocolTests : UciFolder
{
    [Theory]
    [InlineData(1, 0, "dense(w=2)")]
    [InlineData(2, 0, "dense(w=2) relu dense")]
    [InlineData(3, 2, "dense(w=2,trained=false) relu dense(trained=false) relu dense")]
    public void The_first_layer_is_the_inner_product_and_the_first_F_are_not_trained(int depth, int fixedLayers, string text) =>
        Assert.Equal(Network.Parse(text), UciProtocol.Network(4, depth, fixedLayers));

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(4, 0, 0)]
    [InlineData(4, 2, 2)]
    [InlineData(4, 2, -1)]
    public void Networks_that_are_none_are_refused(int features, int depth, int fixedLayers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => UciProtocol.Network(features, depth, fixedLayers));

    /// <summary>The protocol over again, by fits of samples and labels.</summary>
    [Theory]
    [InlineData(UciClassifier.SupportVectors)]
    [InlineData(UciClassifier.Ridge)]
    public void The_first_best_on_the_validation_split_is_averaged_over_the_folds(UciClassifier classifier)
    {
        var data = UciData.Read(Set);
        var powers = classifier == UciClassifier.Ridge ? Enumerable.Range(-6, 8) : Enumerable.Range(-2, 7);
        var all =
            from depth in Enumerable.Range(1, 5)
            from fixedLayers in Enumerable.Range(0, depth)
            from regularization in powers.Select(k => Math.Pow(10, k))
            select (depth, fixedLayers, regularization, score: Fitted(data, data.Validation, classifier, depth, fixedLayers, regularization));
        var best = all.MaxBy(c => c.score);
        var accuracy = data.Folds.Average(fold => Fitted(data, fold, classifier, best.depth, best.fixedLayers, best.regularization));
        var result = UciProtocol.Run(data, classifier);
        Assert.Equal((best.depth, best.fixedLayers, best.score), (result.Depth, result.Fixed, result.Validation));
        Assert.Equal(best.regularization, result.Regularization, 1e-12 * best.regularization);
        Assert.Equal(accuracy, result.Accuracy, 1e-12);
        Assert.InRange(result.Validation, 50, 99);
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var log = new ProgressLog();
        UciProtocol.Run(UciData.Read(Set), UciClassifier.Ridge, new() { Progress = log });
        Assert.Equal(16, log.Reports.Count);
        Assert.Equal(log.Reports.Distinct().Order(), log.Reports);
        Assert.Equal(1, log.Reports[^1]);
    }

    [Fact]
    public void It_can_be_cancelled_and_needs_data()
    {
        var data = UciData.Read(Set);
        Assert.ThrowsAny<OperationCanceledException>(() => UciProtocol.Run(data, cancellation: new(true)));
        Assert.Throws<ArgumentNullException>("data", () => UciProtocol.Run(null!));
        Assert.Throws<ArgumentNullException>("folder", () => UciData.Read(null!));
        Assert.Throws<ArgumentOutOfRangeException>("classifier", () => UciProtocol.Run(data, (UciClassifier)2));
    }

    private static double Fitted(UciData data, UciSplit split, UciClassifier classifier, int depth, int fixedLayers, double regularization)
    {
        var network = UciProtocol.Network(data.X.Columns, depth, fixedLayers);
        var (x, labels) = (Chosen(split.Training), split.Training.Select(i => data.Labels[i]).ToArray());
        var predicted = classifier == UciClassifier.Ridge
            ? KernelClassifier.Fit(network.Ntk(), x, labels, new() { Ridge = Ridge.Relative(regularization) }).Predict(Chosen(split.Test)).Labels
            : SupportVectorMachine.Fit(network.Ntk(), x, labels, new() { Cost = regularization }).Predict(Chosen(split.Test));
        return Metrics.Accuracy(predicted, [.. split.Test.Select(i => data.Labels[i])]);

        Matrix Chosen(IReadOnlyList<int> rows) => new(rows.Select(i => data.X.Row(i).ToArray()));
    }
}
