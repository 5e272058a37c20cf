using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class ClassifierTests
{
    private static readonly Network Net = Network.Parse("dense(w=1.4142135623730951) relu dense");
    private static readonly Matrix X = new[,] { { 1.0, 0.1 }, { -1, 0.2 }, { 0.1, 1 }, { 0.9, -0.1 }, { -1.1, 0 }, { 0, 1.2 } };
    private static readonly long[] Labels = [7, -2, 40, 7, -2, 40];

    [Fact]
    public void Classes_are_the_labels_in_ascending_order()
    {
        var classifier = KernelClassifier.Fit(Net.Ntk(), X, Labels);
        Assert.Equal([-2L, 7, 40], classifier.Classes);
        var prediction = classifier.Predict(X);
        Assert.Equal(Labels, prediction.Labels);
        Assert.Equal((6, 3), (prediction.Scores.Rows, prediction.Scores.Columns));
        Assert.Null(prediction.Deviation);
        Assert.Equal(100, Metrics.Accuracy(prediction.Labels, Labels));
    }

    [Fact]
    public void Targets_are_one_hot_minus_1_over_the_number_of_classes()
    {
        var classifier = KernelClassifier.Fit(Net.Ntk(), X, Labels);
        const double yes = 2.0 / 3, no = -1.0 / 3;
        Matrix expected = new[,] { { no, no, yes }, { yes, no, no }, { no, yes, no }, { no, no, no } };
        Assert.InRange(Samples.Worst(expected, classifier.Targets([40, -2, 7, 5])), 0, 2.3e-16);
    }

    [Fact]
    public void A_classifier_is_the_regression_of_its_targets()
    {
        var options = new RegressionOptions { Ridge = Ridge.Relative(1e-3) };
        var classifier = KernelClassifier.Fit(Net.Nngp(), X, Labels, options);
        var regression = KernelRegression.Fit(Net.Nngp(), X, classifier.Targets(Labels), options);
        Samples.SameBits(regression.Weights, classifier.Regression.Weights);
        Assert.Equal(regression.LeaveOneOutRmse, classifier.Regression.LeaveOneOutRmse);
        var (all, expected) = (classifier.Predict(X, Uncertainty.Deviation), regression.Predict(X, Uncertainty.Deviation));
        Samples.SameBits(expected.Mean, all.Scores);
        Assert.Equal(expected.Deviation!, all.Deviation!);
        Samples.SameBits(regression.Predict(X, Uncertainty.Covariance).Covariance!, classifier.Predict(X, Uncertainty.Covariance).Covariance!);
    }

    [Fact]
    public void Of_equal_scores_the_first_class_is_taken()
    {
        // Without biases the kernel with a zero row is 0, and so is every score.
        var prediction = KernelClassifier.Fit(Net.Ntk(), X, Labels).Predict(new double[,] { { 0, 0 } });
        Assert.Equal([0.0, 0, 0], prediction.Scores.Data);
        Assert.Equal([-2L], prediction.Labels);
    }

    [Theory]
    [InlineData(new long[] { 3, 3, 3, 3, 3, 3 }, "there is 1")]
    [InlineData(new long[] { }, "there is 0")]
    [InlineData(new long[] { 1, 2 }, "6 samples; there are 2")]
    public void Labels_that_cannot_be_learnt_are_refused(long[] labels, string said) =>
        Assert.Contains(said, Assert.ThrowsAny<ArgumentException>(() => KernelClassifier.Fit(Net.Ntk(), X, labels)).Message);

    [Fact]
    public void Missing_labels_are_a_missing_argument()
    {
        Assert.Throws<ArgumentNullException>("labels", () => KernelClassifier.Fit(Net.Ntk(), X, null!));
        Assert.Throws<ArgumentNullException>("labels", () => KernelClassifier.Fit(Net.Ntk(), X, Labels).Targets(null!));
    }

    [Fact]
    public void Two_classes_have_opposite_scores()
    {
        var scores = KernelClassifier.Fit(Net.Ntk(), X, [0, 1, 1, 0, 1, 1]).Predict(Samples.Random(9, 2, 1)).Scores;
        for (var i = 0; i < scores.Rows; i++)
        {
            // The targets are exactly opposite, and so is every step of the arithmetic.
            Assert.Equal(scores[i, 0], -scores[i, 1]);
        }
    }

    [Fact]
    public void The_rmse_is_taken_over_all_entries()
    {
        Matrix truth = new[,] { { 1.0, 2 }, { 3, 4 } };
        Assert.Equal(0, Metrics.Rmse(truth, truth));
        Assert.Equal(Math.Sqrt((1 + 4) / 4.0), Metrics.Rmse(new double[,] { { 2, 2 }, { 3, 2 } }, truth), 1e-15);
        Assert.Throws<ArgumentException>("truth", () => Metrics.Rmse(truth, new double[,] { { 1, 2 } }));
        Assert.Throws<ArgumentException>("truth", () => Metrics.Rmse(new double[,] { { 1 }, { 2 } }, new double[,] { { 1, 2 } }));
        Assert.Throws<ArgumentNullException>("predicted", () => Metrics.Rmse(null!, truth));
        Assert.Throws<ArgumentNullException>("truth", () => Metrics.Rmse(truth, null!));
    }

    [Fact]
    public void The_accuracy_is_a_percentage()
    {
        Assert.Equal(75, Metrics.Accuracy([1, 2, 3, 4], [1, 2, 3, 5]));
        Assert.Equal(0, Metrics.Accuracy([1], [2]));
        Assert.Throws<ArgumentException>("truth", () => Metrics.Accuracy([1], [1, 2]));
        Assert.Throws<ArgumentNullException>("predicted", () => Metrics.Accuracy(null!, [1]));
    }
}
