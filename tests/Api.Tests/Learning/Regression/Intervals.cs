using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class Intervals
{
    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(30, 3, 1);
    private static readonly Matrix New = Samples.Random(9, 3, 2);
    private static readonly Matrix Y = Samples.Random(30, 2, 3);

    private static readonly RegressionOptions Own =
        new() { Ridge = Ridge.Relative(1e-2), CenterTargets = true, Scale = VarianceScale.Estimated };

    private static readonly Prediction Found = KernelRegression.Fit(Net.Ntk(), X, Y, Own).Predict(New, Uncertainty.Deviation);

    [Theory]
    [InlineData(0.6826894921370859, 1)]
    [InlineData(0.9544997361036416, 2)]
    [InlineData(0.95, 1.959963984540054)]
    public void They_are_quantiles_times_deviations_around_the_mean(double level, double quantile)
    {
        foreach (var noise in Enum.GetValues<PredictionNoise>())
        {
            var ((lower, upper), deviations) = (Found.Interval(level, noise), Found.Deviations(noise));
            for (var t = 0; t < Found.Mean.Data.Length; t++)
            {
                Assert.Equal(Found.Mean.Data[t] - quantile * deviations.Data[t], lower.Data[t], 1e-12);
                Assert.Equal(Found.Mean.Data[t] + quantile * deviations.Data[t], upper.Data[t], 1e-12);
            }
        }
    }

    [Fact]
    public void A_smaller_level_lies_within_a_greater_one_and_the_latent_function_within_new_targets()
    {
        double[] levels = [1e-9, 0.1, 0.5, 0.9, 0.95, 0.99, 1 - 1e-12];
        foreach (var (inner, outer) in levels.Zip(levels.Skip(1)))
        {
            Within(Found.Interval(inner), Found.Interval(outer));
            Within(Found.Interval(inner, PredictionNoise.Excluded), Found.Interval(inner));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(95)]
    [InlineData(double.NaN)]
    public void Other_levels_are_refused(double level) =>
        Assert.Contains("between 0 and 1", Assert.Throws<ArgumentOutOfRangeException>("level", () => Found.Interval(level)).Message);

    [Fact]
    public void They_need_deviations_and_float64()
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, Own);
        Assert.Contains("Uncertainty.Deviation", Assert.Throws<InvalidOperationException>(() => model.Predict(New).Interval(0.95)).Message);
        var large = KernelRegression.Fit(Net.Ntk(), X, Matrix.Wrap([.. Y.Data.Select(y => y * 1e308)], 30, 2), Own with { Ridge = Ridge.Absolute(10) });
        var error = Assert.Throws<ArithmeticException>(() => large.Predict(New, Uncertainty.Deviation).Interval(1 - 1e-12));
        Assert.Contains("smaller level", error.Message);
    }

    [Fact]
    public void Targets_drawn_from_the_process_are_in_them_as_often_as_they_say()
    {
        // y = 5 + 3 (f + noise) with f from the prior at x: the process is true, and 400 targets have a standard error of 1.1 %.
        var (n, m) = (300, 400);
        var rows = Samples.Random(n + m, 3, 11);
        var gram = Net.Ntk().Gram(rows);
        var (root, r) = (MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(gram.ToArray()), 0.05);
        root += r * MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseIdentity(n + m);
        var draws = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(Core.Draws.normals(7, n + m));
        var y = root.Cholesky().Factor * draws * 3 + 5;
        var model = KernelRegression.Fit(
            Net.Ntk(), rows.SelectRows(0, n), Matrix.Wrap(y.SubVector(0, n).ToArray(), n, 1), Own with { Ridge = Ridge.Absolute(r) });
        Assert.InRange(model.DeviationScales[0], 2.6, 3.4);
        var prediction = model.Predict(rows.SelectRows(n, m), Uncertainty.Deviation);
        foreach (var level in new[] { 0.5, 0.9, 0.95 })
        {
            var (lower, upper) = prediction.Interval(level);
            var inside = Enumerable.Range(0, m).Count(i => lower[i, 0] <= y[n + i] && y[n + i] <= upper[i, 0]) / (double)m;
            Assert.Equal(level, inside, 4 * Math.Sqrt(level * (1 - level) / m));
        }
    }

    private static void Within(PredictionInterval inner, PredictionInterval outer)
    {
        Assert.Equal((inner.Lower.Rows, inner.Lower.Columns), (outer.Lower.Rows, outer.Lower.Columns));
        Assert.Equal((inner.Upper.Rows, inner.Upper.Columns), (outer.Upper.Rows, outer.Upper.Columns));
        Assert.All(inner.Lower.Data.Zip(outer.Lower.Data), ends => Assert.True(ends.First >= ends.Second));
        Assert.All(inner.Upper.Data.Zip(outer.Upper.Data), ends => Assert.True(ends.First <= ends.Second));
    }
}
