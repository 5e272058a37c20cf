using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class PosteriorSampling
{
    private const int Count = 20000;

    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(20, 3, 1);
    private static readonly Matrix New = Samples.Random(5, 3, 2);
    private static readonly Matrix Y = Samples.Random(20, 2, 3);

    // A ridge of the size of the variances, so that noise and function both count.
    private static readonly RegressionOptions Own =
        new() { Ridge = Ridge.Relative(0.2), CenterTargets = true, Scale = VarianceScale.Estimated };

    private static readonly Prediction Found = KernelRegression.Fit(Net.Ntk(), X, Y, Own).Predict(New, Uncertainty.Covariance);

    [Theory]
    [InlineData(PredictionNoise.Excluded)]
    [InlineData(PredictionNoise.Included)]
    public void They_have_the_mean_and_the_covariance_and_outputs_are_independent(PredictionNoise noise)
    {
        var samples = Found.Sample(Count, 42, noise);
        Assert.Equal(Count, samples.Count);
        double Mean(int t) => samples.Average(s => s.Data[t]);
        double Expected(int t, int u) => t % 2 != u % 2 ? 0
            : t == u ? Math.Pow(Found.Deviations(noise).Data[t], 2)
            : Found.CovarianceOf(t % 2)[t / 2, u / 2];
        for (var t = 0; t < 10; t++)
        {
            // Five standard errors of a mean, and of a product's mean, whose variance is c_tt c_uu + c_tu^2.
            Assert.Equal(Found.Mean.Data[t], Mean(t), 5 * Math.Sqrt(Expected(t, t) / Count));
            for (var u = 0; u <= t; u++)
            {
                var covariance = samples.Average(s => (s.Data[t] - Found.Mean.Data[t]) * (s.Data[u] - Found.Mean.Data[u]));
                var error = Math.Sqrt((Expected(t, t) * Expected(u, u) + Math.Pow(Expected(t, u), 2)) / Count);
                Assert.Equal(Expected(t, u), covariance, 5 * error);
            }
        }
    }

    [Fact]
    public void A_seed_gives_them_again_and_more_of_them_begin_alike()
    {
        var (few, again, more, other) = (Found.Sample(3, 1), Found.Sample(3, 1), Found.Sample(7, 1), Found.Sample(3, 2));
        for (var k = 0; k < 3; k++)
        {
            Samples.SameBits(few[k], again[k]);
            Samples.SameBits(few[k], more[k]);
            Assert.NotEqual(few[k].Data, other[k].Data);
        }

        Assert.NotEqual(few[0].Data, few[1].Data);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-10)]
    public void Equal_and_known_points_survive_rounding(double ridge)
    {
        // Rows 0 and 1 are equal, row 2 is a training row: the covariance is singular, and rounding makes it indefinite.
        var options = new RegressionOptions { Ridge = Ridge.Relative(ridge), Scale = VarianceScale.Estimated };
        var rows = Matrix.Wrap([.. New.Row(0), .. New.Row(0), .. X.Row(3), .. New.Row(1)], 4, 3);
        var found = KernelRegression.Fit(Net.Nngp(), X, Matrix.Wrap(Y.Column(0), 20, 1), options).Predict(rows, Uncertainty.Covariance);
        var size = found.Deviation!.Max();
        foreach (var sample in found.Sample(50, 3))
        {
            Assert.All(sample.Data, v => Assert.True(double.IsFinite(v)));

            // An error e of the covariance moves a root by sqrt e: 1e-6 for e = 1e-12, the condition times 2^-52.
            Assert.Equal(sample[0, 0], sample[1, 0], 1e-5 * size);
            Assert.Equal(Y[3, 0], sample[2, 0], 1e-3 * size);
            Assert.NotEqual(found.Mean[3, 0], sample[3, 0], 1e-6 * size);
        }
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, Own);
        var error = Assert.Throws<InvalidOperationException>(() => model.Predict(New, Uncertainty.Deviation).Sample(1, 1));
        Assert.Contains("Uncertainty.Covariance", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Found.Sample(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Found.Sample(int.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>("noise", () => Found.Sample(1, 1, (PredictionNoise)5));
    }
}
