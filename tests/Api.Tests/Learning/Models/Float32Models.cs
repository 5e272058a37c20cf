using HadamardNtk.Api.Tests.Learning.Solvers;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>A model in float32 is the model that was fitted: its samples are rounded before the fit, its weights never.</summary>
public class Float32Models : DataFolder
{
    private static readonly Network Smooth = Network.Parse("(dense(b=0.3) tanh)^2 dense");
    private static readonly Matrix X = Samples.Random(120, 2, 1);
    private static readonly Matrix New = Samples.Random(40, 2, 2);
    private static readonly Matrix Y = Matrix.Wrap([.. Enumerable.Range(0, 120).Select(i => Math.Sin(3 * X[i, 0]) + X[i, 1])], 120, 1);

    private static Matrix Rounded(Matrix m) => Matrix.Wrap(Array.ConvertAll(m.Data, v => (double)(float)v), m.Rows, m.Columns);

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void What_is_saved_and_read_predicts_the_same_bits(string name)
    {
        var options = EverySolver.Options with { Solver = EverySolver.Of(name), Samples = Precision.Float32 };
        var fitted = KernelRegression.Fit(EverySolver.Net.Ntk(), EverySolver.X, EverySolver.Y, options);
        fitted.Save(Place("model"), Precision.Float32);
        var read = KernelRegression.Load(Place("model"));
        Samples.SameBits(fitted.Weights, read.Weights, name);
        Samples.SameBits(fitted.Predict(EverySolver.New).Mean, read.Predict(EverySolver.New).Mean, name);
        Assert.Contains("'<f4'", File.ReadAllText(Place("model/samples.npy")));
        Assert.Contains("'<f8'", File.ReadAllText(Place("model/weights.npy")));

        // It is the model of the rounded samples, and so are its scores.
        var byHand = KernelRegression.Fit(EverySolver.Net.Ntk(), Rounded(EverySolver.X), EverySolver.Y, options with { Samples = Precision.Float64 });
        Samples.SameBits(byHand.Weights, read.Weights, name);
        Assert.Equal(byHand.LeaveOneOutRmse, read.LeaveOneOutRmse);
        Assert.Equal(byHand.LogMarginalLikelihood, read.LogMarginalLikelihood);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_smooth_model_in_float32_is_as_good_as_in_float64(bool unit)
    {
        var options = new RegressionOptions { Center = true, Unit = unit };
        var (wide, narrow) = (KernelRegression.Fit(Smooth.Ntk(), X, Y, options), KernelRegression.Fit(Smooth.Ntk(), X, Y, options with { Samples = Precision.Float32 }));
        narrow.Save(Place("model"), Precision.Float32);
        // Weights of some 1e4 are what makes rounding them, or the samples behind them, another model.
        Assert.True(wide.Weights.Data.Max(Math.Abs) > 1e3);
        Assert.InRange(Samples.Worst(wide.Predict(New).Mean, KernelRegression.Load(Place("model")).Predict(New).Mean), 0, 1e-3);
    }

    [Fact]
    public void A_model_on_samples_with_more_digits_is_not_written_in_float32()
    {
        var fitted = KernelRegression.Fit(Smooth.Ntk(), X, Y);
        Assert.Contains("RegressionOptions.Samples", Assert.Throws<ArgumentException>(() => fitted.Save(Place("model"), Precision.Float32)).Message);
        Assert.Empty(Names());
        KernelRegression.Fit(Smooth.Ntk(), Rounded(X), Y).Save(Place("model"), Precision.Float32);
    }

    [Fact]
    public void Samples_that_float32_cannot_tell_apart_are_refused_and_centered_ones_are_not()
    {
        // Near 1e6 float32 knows multiples of 1/16 only, and the targets change within that.
        var net = Network.Parse("dense rbf(gamma=20) dense");
        var x = Matrix.Wrap([.. Enumerable.Range(0, 100).Select(i => 1e6 + 0.013 * i)], 100, 1);
        var y = Matrix.Wrap([.. Enumerable.Range(0, 100).Select(i => Math.Sin(6 * 0.013 * i))], 100, 1);
        var options = new RegressionOptions { Samples = Precision.Float32, Ridge = Ridge.Relative(1e-4) };
        Assert.Contains("center the rows", Assert.Throws<ArithmeticException>(() => KernelRegression.Fit(net.Ntk(), x, y, options)).Message);
        Assert.InRange(Metrics.Rmse(KernelRegression.Fit(net.Ntk(), x, y, options with { Center = true }).Predict(x).Mean, y), 0, 1e-2);
        KernelRegression.Fit(net.Ntk(), x, y, options with { Samples = Precision.Float64 });
    }

    [Theory]
    [InlineData(1e39)]
    [InlineData(1e-60)]
    [InlineData(1e-42)]
    public void A_row_beyond_float32_is_refused(double value)
    {
        Matrix x = new[,] { { 1.0, 2.0 }, { value, value / 3 } };
        var error = Assert.Throws<ArgumentException>(() => KernelRegression.Fit(
            Smooth.Ntk(), x, Y.SelectRows(0, 2), new() { Samples = Precision.Float32, Ridge = Ridge.Absolute(1) }));
        Assert.Contains("row 1", error.Message);
    }

    [Fact]
    public void Fits_and_predictions_are_computed_in_float64_whatever_is_asked_of_matrices()
    {
        var narrow = new GramOptions { Precision = Precision.Float32 };
        foreach (var solver in new Solver[] { Solver.Cholesky, Solver.Eigen, Solver.Falkon })
        {
            var (here, there) = (KernelRegression.Fit(Smooth.Ntk(), X, Y, new() { Solver = solver }), KernelRegression.Fit(Smooth.Ntk(), X, Y, new() { Solver = solver, Gram = narrow }));
            Samples.SameBits(here.Weights, there.Weights);
            Samples.SameBits(here.Predict(New).Mean, there.Predict(New, options: narrow).Mean);
        }

        var posterior = KernelRegression.Fit(Smooth.Ntk(), X, Y);
        Samples.SameBits(
            posterior.Predict(New, Uncertainty.Covariance).Covariance!, posterior.Predict(New, Uncertainty.Covariance, narrow).Covariance!);
        Samples.SameBits(Dynamics(new()), Dynamics(narrow));
        long[] labels = [.. Enumerable.Range(0, 120).Select(i => X[i, 0] > 0 ? 1L : 0L)];
        SupportVectorMachine<Matrix> Machine(GramOptions gram) => SupportVectorMachine.Fit(Smooth.Ntk(), X, labels, new() { Gram = gram });
        Samples.SameBits(Machine(new()).Machine.Weights, Machine(narrow).Machine.Weights);
        double Evidence(GramOptions gram) => MarginalLikelihood.Maximize(_ => Smooth.Ntk(), [], X, Y, new() { Gram = gram }, new() { MaximumEvaluations = 3 }).LogMarginalLikelihood;
        Assert.Equal(Evidence(new()), Evidence(narrow));
    }

    private static Matrix Dynamics(GramOptions gram) =>
        TrainingDynamics.Create(Smooth.Ntk(), X, Y, new() { Gram = gram }).At(New).Ensemble(Training.Flow(100)).Covariance;
}
