using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>
/// Where nothing else is said the ridge is 1e-2 of the mean diagonal, so that the condition of K + r I is below n/1e-2 = 4000
/// at n = 40, and two ways to the same number differ by some 4000 n ε = 4e-11 of its size at most: 1e-10 is asked for.
/// </summary>
public class RegressionTests
{
    private const double Close = 1e-10;

    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(40, 3, 1);
    private static readonly Matrix New = Samples.Random(13, 3, 2);
    private static readonly Matrix Y = Samples.Random(40, 2, 3);
    private static readonly RegressionOptions Options = new() { Ridge = Ridge.Relative(1e-2) };

    public static TheoryData<KernelKind> Kinds => [.. Enum.GetValues<KernelKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_regression_is_the_one_of_the_formulas(KernelKind kind)
    {
        var fitted = KernelRegression.Fit(Net.Kernel(kind), X, Y, Options);
        var kernel = Net.Ntk();
        var cross = kernel.Of(kind).Cross(New, X);
        var plain = new PlainRegression(kernel.Of(kind).Gram(X), fitted.Ridge, Y);
        Assert.Equal(kind, fitted.Kernel.Kind);
        Assert.Equal(Net, fitted.Kernel.Network);
        Near(plain.Weights, fitted.Weights);
        Near(plain.Predict(cross), fitted.Predict(New).Mean);

        var prediction = fitted.Predict(New, Uncertainty.Deviation);
        Samples.SameBits(fitted.Predict(New).Mean, prediction.Mean);
        var diagonal = kernel.Of(kind).Diagonal(New);
        var variances = plain.Variances(cross, diagonal);
        for (var i = 0; i < New.Rows; i++)
        {
            Assert.Equal(variances[i], prediction.Deviation![i] * prediction.Deviation![i], Close * diagonal[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_log_marginal_likelihood_is_the_normal_log_density_of_the_targets(KernelKind kind)
    {
        var fitted = KernelRegression.Fit(Net.Kernel(kind), X, Y, Options);
        var truth = new PlainRegression(Net.Kernel(kind).Gram(X), fitted.Ridge, Y).LogDensity();
        Assert.Equal(truth, fitted.LogMarginalLikelihood!.Value, Close * Math.Abs(truth));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Leaving_one_out_is_refitting_without_it(KernelKind kind)
    {
        var fitted = KernelRegression.Fit(Net.Kernel(kind), X, Y, Options);
        var fixedRidge = new RegressionOptions { Ridge = Ridge.Absolute(fitted.Ridge) };
        var sum = 0.0;
        for (var i = 0; i < X.Rows; i++)
        {
            var refitted = KernelRegression.Fit(Net.Kernel(kind), Without(X, i), Without(Y, i), fixedRidge);
            var there = refitted.Predict(X.SelectRows(i, 1)).Mean;
            sum += Enumerable.Range(0, Y.Columns).Sum(c => Math.Pow(there[0, c] - Y[i, c], 2));
        }

        Assert.Equal(Math.Sqrt(sum / (X.Rows * Y.Columns)), fitted.LeaveOneOutRmse!.Value, Close);
    }

    [Fact]
    public void Several_outputs_are_as_many_regressions()
    {
        var y = Samples.Random(40, 3, 8);
        var all = KernelRegression.Fit(Net.Ntk(), X, y, Options);
        var each = Enumerable.Range(0, 3)
            .Select(c => KernelRegression.Fit(Net.Ntk(), X, Matrix.Wrap(y.Column(c), 40, 1), Options)).ToList();
        var together = Matrix.Wrap([.. each.SelectMany(one => one.Predict(New).Mean.Data)], 3, New.Rows);
        Near(new Matrix(Enumerable.Range(0, New.Rows).Select(together.Column)), all.Predict(New).Mean);
        Assert.Equal(each.Sum(one => one.LogMarginalLikelihood!.Value), all.LogMarginalLikelihood!.Value, Close * Math.Abs(all.LogMarginalLikelihood.Value));
        Assert.Equal(Math.Sqrt(each.Sum(one => Math.Pow(one.LeaveOneOutRmse!.Value, 2)) / 3), all.LeaveOneOutRmse!.Value, Close);
        Assert.Equal(each[0].Predict(New, Uncertainty.Deviation).Deviation!, all.Predict(New, Uncertainty.Deviation).Deviation!);
    }

    [Fact]
    public void A_relative_ridge_is_a_multiple_of_the_mean_diagonal()
    {
        var relative = KernelRegression.Fit(Net.Ntk(), X, Y, new() { Ridge = Ridge.Relative(0.25) });
        var mean = Net.Ntk().Diagonal(X).Average();
        Assert.Equal(0.25 * mean, relative.Ridge, 1e-14 * mean);
        var absolute = KernelRegression.Fit(Net.Ntk(), X, Y, new() { Ridge = Ridge.Absolute(relative.Ridge) });
        Assert.Equal(relative.Ridge, absolute.Ridge);
        Samples.SameBits(relative.Weights, absolute.Weights);
    }

    [Fact]
    public void Without_options_the_ridge_is_1e_8_of_the_mean_diagonal_of_the_tangent_kernel()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y);
        var mean = Net.Ntk().Diagonal(X).Average();
        Assert.Equal(1e-8 * mean, fitted.Ridge, 1e-14 * mean);
        Assert.Equal(KernelKind.Ntk, fitted.Kernel.Kind);
        Assert.True(new RegressionOptions().Ridge.IsRelative);
        Assert.False(default(Ridge).IsRelative);
    }

    [Fact]
    public void One_sample_is_a_scalar_equation()
    {
        // k = 2^2 * 3^2 = 36 and Theta = k for one dense layer; r = 4.
        var fitted = KernelRegression.Fit(
            Network.Parse("dense(w=2)").Ntk(), new double[,] { { 3 } }, new double[,] { { 5, -10 } }, new() { Ridge = Ridge.Absolute(4) });
        Assert.Equal(5.0 / 40, fitted.Weights[0, 0], 1e-15);
        Assert.Equal(-10.0 / 40, fitted.Weights[0, 1], 1e-15);
        var prediction = fitted.Predict(new double[,] { { 1 } }, Uncertainty.Deviation);
        Assert.Equal(12 * 5.0 / 40, prediction.Mean[0, 0], 1e-15);
        Assert.Equal(Math.Sqrt(4 - 12 * 12 / 40.0), prediction.Deviation![0], 1e-14);
        Assert.Equal(Math.Sqrt((25 + 100) / 2.0), fitted.LeaveOneOutRmse!.Value, 1e-13);
        Assert.Equal(-0.5 * (125 / 40.0) - Math.Log(2 * Math.PI * 40), fitted.LogMarginalLikelihood!.Value, 1e-13);
    }

    [Fact]
    public void At_the_training_rows_the_prediction_misses_by_the_ridge_times_the_weights()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options);
        var expected = Y.Data.Zip(fitted.Weights.Data, (y, alpha) => y - fitted.Ridge * alpha).ToArray();
        Near(Matrix.Wrap(expected, Y.Rows, Y.Columns), fitted.Predict(X).Mean);
    }

    [Fact]
    public void With_hardly_any_ridge_it_interpolates_and_is_sure_there()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, new() { Ridge = Ridge.Relative(1e-12) });
        var prediction = fitted.Predict(X, Uncertainty.Deviation);

        // The miss is r alpha, and n products of a kernel and a weight are rounded.
        // Variances are at most r, and rounded where k - k is taken.
        var (size, rounding) = (Samples.Size(Net.Ntk().Gram(X)), 40 * 2.2e-16);
        Assert.InRange(Samples.Worst(Y, prediction.Mean), 0, (fitted.Ridge + rounding * size) * Samples.Size(fitted.Weights));
        Assert.All(prediction.Deviation!, deviation => Assert.InRange(deviation * deviation, 0, fitted.Ridge + rounding * size));
    }

    [Fact]
    public void Predictions_do_not_depend_on_how_many_rows_are_asked_for_at_once()
    {
        var many = Samples.Random(1500, 3, 9);
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options);
        var all = fitted.Predict(many, Uncertainty.Deviation);
        foreach (var i in new[] { 0, 1023, 1024, 1499 })
        {
            var one = fitted.Predict(many.SelectRows(i, 1), Uncertainty.Deviation);
            Assert.Equal(all.Mean[i, 0], one.Mean[0, 0], 1e-13 * Samples.Size(all.Mean));
            Assert.Equal(all.Deviation![i], one.Deviation![0], 1e-12);
        }
    }

    [Fact]
    public void The_threads_do_not_show()
    {
        var (one, three) = (new GramOptions { Threads = 1 }, new GramOptions { Threads = 3 });
        var x = Samples.Random(200, 3, 4);
        var y = Samples.Random(200, 2, 5);
        var a = KernelRegression.Fit(Net.Ntk(), x, y, Options with { Gram = one });
        var b = KernelRegression.Fit(Net.Ntk(), x, y, Options with { Gram = three });
        Samples.SameBits(a.Weights, b.Weights);
        Samples.SameBits(a.Predict(New, options: one).Mean, b.Predict(New, options: three).Mean);
        Assert.Equal(a.Predict(New, Uncertainty.Deviation, one).Deviation!, b.Predict(New, Uncertainty.Deviation, three).Deviation!);
        Assert.Equal((a.LeaveOneOutRmse, a.LogMarginalLikelihood), (b.LeaveOneOutRmse, b.LogMarginalLikelihood));
    }

    private static Matrix Without(Matrix m, int row) =>
        new(Enumerable.Range(0, m.Rows).Where(i => i != row).Select(i => m.Row(i).ToArray()));

    private static void Near(Matrix expected, Matrix actual) =>
        Assert.InRange(Samples.Worst(expected, actual), 0, Close * Samples.Size(expected));
}
