using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class ClassScores
{
    private static readonly Matrix Four = new double[,] { { 0.7, 0.2, 0.1 }, { 0.1, 0.9, 0 }, { 0.3, 0.3, 0.4 }, { 1, 0, 0 } };
    private static readonly string[] Classes = ["p", "q", "r"];

    [Fact]
    public void The_log_loss_is_the_mean_logarithm_of_true_classes()
    {
        var expected = -(Math.Log(0.7) + Math.Log(0.9) + Math.Log(0.3) + Math.Log(1)) / 4;
        Assert.Equal(expected, Metrics.LogLoss(Four, Classes, ["p", "q", "q", "p"]), 1e-15);
        Assert.Equal(double.PositiveInfinity, Metrics.LogLoss(Four, Classes, ["p", "q", "q", "r"]));
        Assert.Equal(double.PositiveInfinity, Metrics.LogLoss(Four, Classes, ["p", "q", "q", "s"]));
        Assert.Equal(Math.Log(3), Metrics.LogLoss(new double[,] { { 1 / 3.0, 1 / 3.0, 1 / 3.0 } }, [4L, 5, 6], [5L]), 1e-15);
    }

    [Fact]
    public void The_calibration_error_weighs_the_gaps_of_its_bins()
    {
        // Of the labels p, r, r, p the first, third and fourth are right. Ten bins hold one sample each but the last, with .9 and 1.
        string[] truth = ["p", "r", "r", "p"];
        Assert.Equal((0.3 + 0.6 + Math.Abs(1 - 1.9)) / 4, Metrics.CalibrationError(Four, Classes, truth), 1e-14);
        Assert.Equal(Math.Abs(3 - 3.0) / 4, Metrics.CalibrationError(Four, Classes, truth, bins: 1), 1e-14);
        Assert.Equal(0, Metrics.CalibrationError(new double[,] { { 1, 0 }, { 0, 1 } }, [1L, 2], [1L, 2]));
        Assert.Throws<ArgumentOutOfRangeException>("bins", () => Metrics.CalibrationError(Four, Classes, truth, 0));
    }

    [Theory]
    [InlineData(-0.3)]
    [InlineData(1.7)]
    [InlineData(double.NaN)]
    public void Numbers_that_are_no_probabilities_are_refused(double number)
    {
        Matrix wrong = new double[,] { { 0.5, 0.5 }, { number, 0.5 } };
        foreach (var score in new Func<object>[] { () => Metrics.LogLoss(wrong, [1L, 2], [1L, 2]), () => Metrics.CalibrationError(wrong, [1L, 2], [1L, 2]) })
        {
            Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>("probabilities", score).Message);
        }
    }

    [Fact]
    public void No_samples_have_no_score()
    {
        var none = Matrix.Wrap([], 0, 2);
        foreach (var score in new Func<object>[]
        {
            () => Metrics.LogLoss(none, [1L, 2], []),
            () => Metrics.CalibrationError(none, [1L, 2], []),
            () => Metrics.Accuracy([], []),
            () => Metrics.Rmse(none, none),
            () => Metrics.R2(none, none),
            () => Metrics.R2(Matrix.Wrap([], 2, 0), Matrix.Wrap([], 2, 0)),
        })
        {
            Assert.Contains("at least one sample", Assert.Throws<ArgumentException>(score).Message);
        }
    }

    [Fact]
    public void A_confusion_table_has_a_row_for_each_true_class()
    {
        string[] predicted = ["p", "q", "q", "r", "p"], truth = ["p", "q", "r", "p", "p"];
        Assert.Equal(new[,] { { 2, 0, 1 }, { 0, 1, 0 }, { 0, 1, 0 } }, Metrics.Confusion(predicted, truth, Classes));

        // Other names and another order of the classes move rows and columns together.
        Assert.Equal(new[,] { { 0, 0, 1 }, { 1, 2, 0 }, { 0, 0, 1 } }, Metrics.Confusion(predicted, truth, ["r", "p", "q"]));
        Assert.Equal(100 * 3 / 5.0, Metrics.Accuracy<string>(predicted, truth));
    }

    [Fact]
    public void Shapes_that_differ_and_unknown_classes_are_refused()
    {
        Assert.Throws<ArgumentException>("truth", () => Metrics.LogLoss(Four, Classes, ["p"]));
        Assert.Throws<ArgumentException>("classes", () => Metrics.LogLoss(Four, ["p", "q"], ["p", "q", "q", "p"]));
        Assert.Throws<ArgumentException>("classes", () => Metrics.LogLoss(Four, ["p", "q", "q"], ["p", "q", "q", "p"]));
        Assert.Throws<ArgumentException>("truth", () => Metrics.Confusion(["p"], ["s"], Classes));
        Assert.Throws<ArgumentException>("predicted", () => Metrics.Confusion(["s"], ["p"], Classes));
        Assert.Throws<ArgumentException>("truth", () => Metrics.Confusion(["p"], ["p", "q"], Classes));
        Assert.Throws<ArgumentNullException>("probabilities", () => Metrics.LogLoss(null!, Classes, ["p"]));
    }
}
