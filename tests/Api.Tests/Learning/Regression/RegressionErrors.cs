using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class RegressionErrors
{
    private static readonly Network Net = Network.Parse("dense relu dense");
    private static readonly Matrix X = Samples.Random(6, 3, 1);
    private static readonly Matrix Y = Samples.Random(6, 1, 2);

    [Fact]
    public void Duplicate_rows_without_a_ridge_are_not_positive_definite()
    {
        // K = [[4, 4], [4, 4]]: the second pivot is 4 - 2 * 2 = 0 without rounding.
        var options = new RegressionOptions { Ridge = Ridge.Absolute(0) };
        var error = Assert.Throws<NotPositiveDefiniteException>(
            () => KernelRegression.Fit(Network.Parse("dense").Ntk(), new double[,] { { 2 }, { 2 } }, new double[,] { { 1 }, { 2 } }, options));
        Assert.Equal((2, 0), (error.LeadingMinor, error.Ridge));
        Assert.Contains("raise the ridge", error.Message);
        Assert.Contains("duplicate rows", error.Message);
    }

    [Fact]
    public void Duplicate_rows_with_a_ridge_are_averaged()
    {
        var fitted = KernelRegression.Fit(Network.Parse("dense").Ntk(), new double[,] { { 2 }, { 2 } }, new double[,] { { 1 }, { 2 } });
        Assert.Equal(1.5, fitted.Predict(new double[,] { { 2 } }).Mean[0, 0], 1e-6);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var error = Assert.Throws<ArgumentException>("y", () => KernelRegression.Fit(Net.Ntk(), X, Y.SelectRows(0, 5)));
        Assert.Contains("6 samples; there are 5", error.Message);
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y);
        Assert.Contains("3 features", Assert.Throws<ArgumentException>("x", () => fitted.Predict(Samples.Random(2, 4, 3))).Message);
        Assert.Throws<ArgumentException>("x", () => fitted.Predict(Samples.Random(2, 2, 3), Uncertainty.Deviation));
        Assert.ThrowsAny<ArgumentException>(() => KernelRegression.Fit(Net.Ntk(), Matrix.Wrap([], 0, 3), Matrix.Wrap([], 0, 1)));
    }

    [Fact]
    public void No_rows_have_no_predictions()
    {
        var prediction = KernelRegression.Fit(Net.Ntk(), X, Y).Predict(Matrix.Wrap([], 0, 3), Uncertainty.Deviation);
        Assert.Equal((0, 1, 0), (prediction.Mean.Rows, prediction.Mean.Columns, prediction.Deviation!.Length));
    }

    [Fact]
    public void Missing_arguments_are_named()
    {
        Assert.Throws<ArgumentNullException>("kernel", () => KernelRegression.Fit(null!, X, Y));
        Assert.Throws<ArgumentNullException>("x", () => KernelRegression.Fit(Net.Ntk(), (Matrix)null!, Y));
        Assert.Throws<ArgumentNullException>("y", () => KernelRegression.Fit(Net.Ntk(), X, (Matrix)null!));
        Assert.Throws<ArgumentNullException>("x", () => KernelRegression.Fit(Net.Ntk(), X, Y).Predict(null!));
        Assert.Throws<ArgumentOutOfRangeException>("uncertainty", () => KernelRegression.Fit(Net.Ntk(), X, Y).Predict(X, (Uncertainty)3));
    }

    [Fact]
    public void A_network_without_a_kernel_is_refused() =>
        Assert.Equal("relu", Assert.Throws<NetworkRefusedException>(() => KernelRegression.Fit(Network.Parse("relu").Ntk(), X, Y)).Layer);

    [Fact]
    public void A_row_at_which_the_kernel_is_not_finite_is_named()
    {
        var exponential = Network.Parse("dense exp(b=2) dense");
        Matrix bad = new[,] { { 1.0 }, { 30 } };
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => KernelRegression.Fit(exponential.Ntk(), bad, bad)).Row);
        var fitted = KernelRegression.Fit(exponential.Ntk(), new double[,] { { 1 }, { 2 } }, bad);
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => fitted.Predict(bad)).Row);
    }

    [Fact]
    public void Fitting_and_predicting_can_be_cancelled()
    {
        var cancelled = new CancellationToken(true);
        Assert.ThrowsAny<OperationCanceledException>(() => KernelRegression.Fit(Net.Ntk(), X, Y, cancellation: cancelled));
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y);
        Assert.ThrowsAny<OperationCanceledException>(() => fitted.Predict(X, cancellation: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => fitted.Predict(X, Uncertainty.Deviation, cancellation: cancelled));
    }

    [Fact]
    public void The_progress_of_predictions_grows_to_1()
    {
        var log = new ProgressLog();
        KernelRegression.Fit(Net.Ntk(), X, Y).Predict(Samples.Random(2100, 3, 4), options: new() { Progress = log });
        Assert.Equal(log.Reports.Order(), log.Reports);
        Assert.Equal(3, log.Reports.Count);
        Assert.Equal(1, log.Reports[^1]);
    }
}
