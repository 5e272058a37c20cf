using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class IntervalScores
{
    private static readonly Matrix Truth = new double[,] { { 1, 10 }, { 3, 30 }, { 5, 20 } };
    private static readonly Matrix Guess = new double[,] { { 1, 10 }, { 2, 30 }, { 5, 30 } };

    [Fact]
    public void R2_is_the_mean_over_outputs_of_the_explained_part()
    {
        // Squares of errors (1, 100) beside those around the means 3 and 20: (8, 200).
        Assert.Equal((7 / 8.0 + 1 / 2.0) / 2, Metrics.R2(Guess, Truth), 1e-14);
        Assert.Equal(1, Metrics.R2(Truth, Truth));
        Assert.Equal(0, Metrics.R2(new double[,] { { 3 }, { 3 }, { 3 } }, new double[,] { { 1 }, { 3 }, { 5 } }), 1e-14);
        Assert.True(double.IsNaN(Metrics.R2(new double[,] { { 1 }, { 2 } }, new double[,] { { 4 }, { 4 } })));
        Assert.Equal(7 / 8.0, Metrics.R2(new double[,] { { 1e200 }, { 2e200 }, { 5e200 } }, new double[,] { { 1e200 }, { 3e200 }, { 5e200 } }), 1e-14);
    }

    [Fact]
    public void Coverage_counts_the_targets_between_the_ends()
    {
        var interval = new PredictionInterval(Guess, new double[,] { { 1, 9 }, { 3, 40 }, { 4, 40 } });
        Assert.Equal(50, Metrics.Coverage(interval, Truth));
        Assert.Throws<ArgumentException>("truth", () => Metrics.Coverage(interval, new double[,] { { 1, 1 } }));
    }

    [Fact]
    public void The_log_density_is_that_of_new_targets_one_by_one()
    {
        var (x, y) = (Samples.Random(12, 3, 1), Samples.Random(12, 2, 2));
        var options = new RegressionOptions { Ridge = Ridge.Relative(0.1), Scale = VarianceScale.Estimated };
        var found = KernelRegression.Fit(Network.Parse("dense relu dense").Ntk(), x, y, options).Predict(x, Uncertainty.Deviation);
        var deviations = found.Deviations(PredictionNoise.Included);
        var densities = y.Data.Select((v, t) => MathNet.Numerics.Distributions.Normal.PDFLn(found.Mean.Data[t], deviations.Data[t], v));
        Assert.Equal(densities.Average(), Metrics.LogDensity(found, y), 1e-12);
        Assert.Throws<ArgumentException>("truth", () => Metrics.LogDensity(found, Truth));
        Assert.Throws<InvalidOperationException>(() => Metrics.LogDensity(new(Truth), Truth));
    }
}
