using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Results that are not finite are refused, wherever they come from.</summary>
public class FiniteResults
{
    private static readonly Matrix X = Samples.Random(30, 3, 1);
    private static readonly Network Net = Network.Parse("dense(b=1) relu dense");

    [Theory]
    [InlineData("reference", Precision.Float64)]
    [InlineData("cpu", Precision.Float64)]
    [InlineData("cpu", Precision.Float32)]
    [InlineData("exact", Precision.Float64)]
    public void A_product_that_overflows_is_refused_with_its_row(string backend, Precision precision)
    {
        var options = new GramOptions { Backend = Backends.Find(backend), Precision = precision };
        var v = Matrix.Wrap([.. Enumerable.Range(0, 60).Select(k => k % 2 == 0 ? 1.0 : 1e308)], 30, 2);
        Refused(() => Net.Ntk().Multiply(X, v, options: options), "K V", "row 0, column 1");
        Refused(() => Net.Ntk().Multiply(X, v, X.SelectRows(0, 30), options: options), "K V", "row 0, column 1");
        v.Data.AsSpan().Fill(1e300);
        Assert.All(Net.Ntk().Multiply(X, v, options: options).Data, value => Assert.InRange(value, 1e299, 1e303));
    }

    [Fact]
    public void A_factor_that_is_not_finite_is_the_one_that_is_named() =>
        Assert.Contains("V's in row 3, column 0", Assert.Throws<ArgumentException>(
            "v", () => Net.Ntk().Multiply(X, Matrix.Wrap([.. Enumerable.Range(0, 30).Select(i => i == 3 ? double.NaN : 1)], 30, 1))).Message);

    [Fact]
    public void Predictions_that_overflow_are_refused_with_their_row()
    {
        var model = KernelRegression.Fit(Net.Ntk(), new[,] { { 1.0 }, { -1.0 } }, new[,] { { 1e305 }, { -2e305 } }, new() { Solver = Solver.ConjugateGradients });
        var points = new[,] { { 0.5 }, { 1e10 } };
        Refused(() => model.Predict(points), "predictions", "row 1, column 0");
        Refused(() => model.Predict(points, Uncertainty.Deviation), "predictions", "row 1, column 0");
        Refused(() => model.Predict(points, Uncertainty.Covariance), "predictions", "row 1, column 0");
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(1e307)]
    [InlineData(1)]
    public void An_error_of_any_size_has_a_root_mean_square(double size)
    {
        Matrix one = new[,] { { 3 * size }, { 1e-300 }, { 7 } }, two = new[,] { { -size }, { 1e-300 }, { 7 } };
        Assert.Equal(4 * size / Math.Sqrt(3), Metrics.Rmse(one, two), 1e-15 * size);
    }

    [Fact]
    public void An_error_beyond_float64_is_refused() =>
        Assert.Throws<ArithmeticException>(() => Metrics.Rmse(new[,] { { 1.7e308 } }, new[,] { { -1.7e308 } }));

    [Fact]
    public void Rows_that_centering_makes_zero_are_said_to_be_the_fault()
    {
        var plain = Network.Parse("dense relu dense");
        var options = new RegressionOptions { Center = true };
        var one = Assert.Throws<ArgumentException>("x", () => KernelRegression.Fit(plain.Ntk(), new[,] { { 1.0, 2 } }, new[,] { { 3.0 } }, options));
        Assert.Contains("there is one row", one.Message);
        var two = Assert.Throws<ArgumentException>(
            "x", () => KernelRegression.Fit(plain.Ntk(), new[,] { { 1.0, 2 }, { 1, 2 } }, new[,] { { 3.0 }, { 4 } }, options));
        Assert.Contains("rows that differ", two.Message);
        Refused(
            () => KernelRegression.Fit(plain.Ntk(), new[,] { { 1.0, 2 }, { 3, 4 }, { 2, 3 } }, new[,] { { 3.0 }, { 4 }, { 5 } }, new() { Center = true, Ridge = Ridge.Absolute(0) }),
            "row 2 (counted from 0) is zero once");
        Refused(() => KernelRegression.Fit(plain.Ntk(), new[,] { { 1.0, 2 }, { 0, 0 } }, new[,] { { 3.0 }, { 4 } }, new() { Ridge = Ridge.Absolute(0) }), "row 1 (counted from 0) is zero; ");
        Refused(() => KernelRegression.Fit(plain.Ntk(), new[,] { { 1.0, 2 }, { 1, 2 } }, new[,] { { 3.0 }, { 4 } }, new() { Ridge = Ridge.Absolute(0) }), "duplicate rows");
    }

    private static void Refused(Func<object> act, params string[] parts)
    {
        var error = Assert.ThrowsAny<ArithmeticException>(act);
        Assert.All(parts, part => Assert.Contains(part, error.Message));
    }
}
