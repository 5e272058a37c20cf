using HadamardNtk.Core;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>
/// The fast dynamics against their definition in the core, which decomposes by another library: eigenvalues above 1e-3 λ_max
/// (by the ridge) leave 1e-12 of the size.
/// </summary>
public class DynamicsTests
{
    private const double Close = 1e-10;

    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(20, 3, 1);
    private static readonly Matrix Points = Samples.Random(7, 3, 2);
    private static readonly Matrix Y = Samples.Random(20, 2, 3);
    private static readonly double[] Times = [0, 0.7, 30, 1e4, double.PositiveInfinity];

    public static TheoryData<KernelKind> Kinds => [.. Enum.GetValues<KernelKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_ensemble_is_the_one_of_the_formulas(KernelKind kind)
    {
        var fast = TrainingDynamics.Create(Net.Kernel(kind), X, Y, new() { Ridge = Ridge.Absolute(0.05) }).At(Points);
        foreach (var time in Times)
        {
            var slow = Formula(kind, time, 0.05);
            var ensemble = fast.Ensemble(Training.Flow(time));
            Near(slow.Mean, ensemble.Mean, Close);
            Near(slow.Covariance, ensemble.Covariance, Close);
            Samples.SameBits(ensemble.Mean, fast.Mean(Training.Flow(time)));
            Samples.SameBits(ensemble.Covariance, Transposed(ensemble.Covariance));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_samples_count_as_any_other_points(KernelKind kind)
    {
        var dynamics = TrainingDynamics.Create(Net.Kernel(kind), X, Y);
        foreach (var time in Times)
        {
            var (own, other) = (dynamics.At().Ensemble(Training.Flow(time)), dynamics.At(X).Ensemble(Training.Flow(time)));
            Samples.SameBits(own.Mean, other.Mean);
            Samples.SameBits(own.Covariance, other.Covariance);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Deviations_are_the_roots_of_the_diagonal(KernelKind kind)
    {
        var options = new DynamicsOptions<Matrix> { Ridge = Ridge.Absolute(0.05), OutputMultiplier = 2 };
        var dynamics = TrainingDynamics.Create(Net.Kernel(kind), X, Y, options);
        Training[] all = [.. Times.Select(Training.Flow), Training.Descent(0.5 * dynamics.MaximumRate(), 7, Momentum.HeavyBall(0.3))];
        foreach (var (points, training) in all.SelectMany(t => new[] { (dynamics.At(Points), t), (dynamics.At(), t) }))
        {
            var (covariance, deviations) = (points.Ensemble(training).Covariance, points.Deviations(training));
            Assert.Equal(covariance.Rows, deviations.Length);
            for (var i = 0; i < deviations.Length; i++)
            {
                Assert.Equal(covariance[i, i], deviations[i] * deviations[i], Close);
            }
        }
    }

    [Fact]
    public void In_the_end_it_is_the_regression_with_its_posterior()
    {
        var regression = KernelRegression.Fit(Net.Nngp(), X, Y, new() { Ridge = Ridge.Absolute(0.05) });
        var (mean, deviation, _) = regression.Predict(Points, Uncertainty.Deviation);
        var ensemble = TrainingDynamics.Create(Net.Nngp(), X, Y, new() { Ridge = Ridge.Absolute(0.05) })
            .At(Points).Ensemble(Training.Flow(double.PositiveInfinity));
        Near(mean, ensemble.Mean, Close);
        for (var i = 0; i < Points.Rows; i++)
        {
            Assert.Equal(deviation![i] * deviation[i], ensemble.Covariance[i, i], Close);
        }
    }

    [Fact]
    public void Descent_is_its_steps()
    {
        var dynamics = TrainingDynamics.Create(Net.Ntk(), X, Y);
        foreach (var momentum in new[] { Momentum.None, Momentum.HeavyBall(0.9), Momentum.Nesterov(0.7) })
        {
            var rate = 0.8 * dynamics.MaximumRate(momentum);
            Near(Steps(rate, momentum.Beta, momentum == Momentum.Nesterov(0.7), 50), dynamics.At().Mean(Training.Descent(rate, 50, momentum)), 1e-9);
        }
    }

    [Fact]
    public void Steps_beyond_the_maximum_rate_diverge_and_say_so()
    {
        var dynamics = TrainingDynamics.Create(Net.Ntk(), X, Y);
        var rate = dynamics.MaximumRate();
        Assert.True(Largest(dynamics.At().Mean(Training.Descent(0.99 * rate, 5000))) < 10);
        var e = Assert.Throws<OverflowException>(() => dynamics.At().Mean(Training.Descent(3 * rate, 5000)));
        Assert.Contains("lower it", e.Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_multiplied_output_is_a_last_layer_of_that_weight(KernelKind kind)
    {
        var options = new DynamicsOptions<Matrix> { Ridge = Ridge.Absolute(0.1) };
        var multiplied = TrainingDynamics.Create(Net.Kernel(kind), X, Y, options with { OutputMultiplier = 3 }).At(Points).Ensemble(Training.Flow(2));
        var weighted = TrainingDynamics.Create(Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense(w=3)").Kernel(kind), X, Y, options)
            .At(Points).Ensemble(Training.Flow(2));
        Near(weighted.Mean, multiplied.Mean, Close);
        Near(weighted.Covariance, multiplied.Covariance, Close);
    }

    [Fact]
    public void A_flow_goes_on_from_an_initial_function()
    {
        var whole = TrainingDynamics.Create(Net.Ntk(), X, Y).At(Points);
        var first = TrainingDynamics.Create(Net.Ntk(), X, Y);
        var then = TrainingDynamics.Create(Net.Ntk(), X, Y, new() { InitialFunction = x => first.At(x).Mean(Training.Flow(3)) });
        Near(whole.Mean(Training.Flow(8)), then.At(Points).Mean(Training.Flow(5)), Close);
        Near(first.At(Points).Mean(Training.Flow(3)), then.At(Points).Mean(Training.Flow(0)), 0);
    }

    [Fact]
    public void Other_losses_are_integrated_and_the_squared_one_agrees_with_its_formula()
    {
        var at = TrainingDynamics.Create(Net.Ntk(), X, Y).At(Points);
        double[] times = [0, 0.5, 20];
        var flows = at.Flow(Loss.Squared, times, 1e-12);
        for (var i = 0; i < times.Length; i++)
        {
            Near(at.Mean(Training.Flow(times[i])), flows[i], 1e-9);
        }

        // Labels by a half-plane: the flow of the softmax loss comes to tell them apart.
        var labels = Matrix.Wrap([.. Enumerable.Range(0, 2 * X.Rows).Select(k => (X[k / 2, 0] > 0) == (k % 2 == 0) ? 1.0 : 0.0)], X.Rows, 2);
        var end = TrainingDynamics.Create(Net.Ntk(), X, labels).At().Flow(Loss.Softmax, [2000])[0];
        Assert.All(Enumerable.Range(0, X.Rows), i => Assert.Equal(X[i, 0] > 0, end[i, 0] > end[i, 1]));
        var signs = Matrix.Wrap([.. Enumerable.Range(0, X.Rows).Select(i => X[i, 0] > 0 ? 1.0 : -1.0)], X.Rows, 1);
        var margin = TrainingDynamics.Create(Net.Ntk(), X, signs).At().Flow(Loss.Logistic, [2000])[0];
        Assert.All(Enumerable.Range(0, X.Rows), i => Assert.Equal(X[i, 0] > 0, margin[i, 0] > 0));
    }

    [Fact]
    public void Duplicates_one_sample_and_no_kernel_give_numbers()
    {
        Matrix twins = new[,] { { 1.0, 2.0 }, { 1.0, 2.0 }, { 0.0, 0.0 } };
        Matrix targets = new[,] { { 1.0 }, { 3.0 }, { 1.0 } };
        foreach (var time in Times)
        {
            Assert.All(TrainingDynamics.Create(Net.Ntk(), twins, targets).At(twins).Ensemble(Training.Flow(time)).Mean.Data, v => Assert.True(double.IsFinite(v)));
            Assert.All(TrainingDynamics.Create(Net.Ntk(), twins.SelectRows(0, 1), targets.SelectRows(0, 1)).At(twins).Ensemble(Training.Flow(time)).Covariance.Data, v => Assert.True(double.IsFinite(v)));
            Assert.All(TrainingDynamics.Create(Network.Parse("dense(w=0)").Ntk(), twins, targets).At().Mean(Training.Flow(time)).Data, v => Assert.Equal(0, v));
        }

        // Two samples that are one learn the mean of their targets.
        var end = TrainingDynamics.Create(Net.Ntk(), twins, targets).At().Mean(Training.Flow(double.PositiveInfinity));
        Assert.Equal(2, end[0, 0], 1e-9);
        Assert.Equal(2, end[1, 0], 1e-9);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Training.Flow(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Training.Flow(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Training.Descent(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Training.Descent(0.1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Momentum.HeavyBall(1));
        Assert.Throws<ArgumentException>(() => TrainingDynamics.Create(Net.Ntk(), X, Y.SelectRows(0, 3)));
        Assert.Throws<ArgumentException>(() => TrainingDynamics.Create(Net.Ntk(), X, Y, new() { OutputMultiplier = 0 }));
        var dynamics = TrainingDynamics.Create(Net.Nngp(), X, Y);
        Assert.Contains("3 features", Assert.Throws<ArgumentException>(() => dynamics.At(new[,] { { 1.0 } })).Message);
        Assert.Contains("ascending", Assert.Throws<ArgumentException>(() => dynamics.At().Flow(Loss.Squared, [2, 1])).Message);
        Assert.Contains("-1 and 1", Assert.Throws<ArgumentException>(() => dynamics.At().Flow(Loss.Logistic, [1])).Message);
        Assert.Contains("100 steps", Assert.Throws<InvalidOperationException>(() => dynamics.At().Flow(Loss.Squared, [1e9], maximumSteps: 100)).Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_ensemble_under_momentum_is_the_one_of_the_formulas(KernelKind kind)
    {
        var dynamics = TrainingDynamics.Create(Net.Kernel(kind), X, Y, new() { Ridge = Ridge.Absolute(0.05) });
        foreach (var momentum in new[] { Momentum.None, Momentum.HeavyBall(0.9), Momentum.Nesterov(0.7) })
        {
            foreach (var steps in new[] { 0, 1, 30, 400 })
            {
                var training = Training.Descent(0.8 * dynamics.MaximumRate(momentum), steps, momentum);
                var ensemble = dynamics.At(Points).Ensemble(training);
                Near(Formula(kind, training.Meaning, 0.05).Covariance, ensemble.Covariance, 1e-9);
                Near(Formula(kind, training.Meaning, 0.05).Mean, ensemble.Mean, 1e-9);
            }
        }

        var beyond = Training.Descent(3 * dynamics.MaximumRate(), 5000, Momentum.HeavyBall(0.5));
        Assert.Contains("lower it", Assert.Throws<OverflowException>(() => dynamics.At(Points).Ensemble(beyond)).Message);
    }

    [Fact]
    public void Steps_without_number_come_to_rest_or_leave_the_numbers_soon()
    {
        var dynamics = TrainingDynamics.Create(Net.Nngp(), X, Y, new() { Ridge = Ridge.Relative(0.1) });
        var end = dynamics.At(Points).Ensemble(Training.Flow(double.PositiveInfinity));
        foreach (var momentum in new[] { Momentum.None, Momentum.HeavyBall(0.5), Momentum.Nesterov(0.5) })
        {
            var rate = 0.8 * dynamics.MaximumRate(momentum);
            Near(end.Covariance, dynamics.At(Points).Ensemble(Training.Descent(rate, int.MaxValue, momentum)).Covariance, 1e-9);
            Assert.Throws<OverflowException>(() => dynamics.At(Points).Mean(Training.Descent(5 * rate, int.MaxValue, momentum)));
        }
    }

    private static readonly Training[] Trainings =
        [Training.Flow(5), Training.Flow(double.PositiveInfinity), Training.Descent(0.1, 100, Momentum.HeavyBall(0.9))];

    /// <summary>The mean is linear in the targets, also where their squares leave float64.</summary>
    [Theory]
    [InlineData(1e200, false)]
    [InlineData(1e308, true)]
    [InlineData(-1.797e308, true)]
    public void Huge_targets_have_the_means_of_small_ones_times_their_size_or_are_refused(double target, bool isTheLargest)
    {
        var (huge, small) = (With(target).At(Points), With(1).At(Points));

        // After a short time little of a target is learned, so that the sums have room.
        Assert.Equal(isTheLargest ? [true, false, false] : [true, true, true], Trainings.Select(IsLinear));
        Scaled(small.Flow(Loss.Squared, [1])[0], huge.Flow(Loss.Squared, [1], maximumSteps: int.MaxValue)[0], 1e-6);

        bool IsLinear(Training training)
        {
            try
            {
                Scaled(small.Mean(training), huge.Mean(training), Close);
                return true;
            }
            catch (OverflowException e)
            {
                Assert.Contains("scale", e.Message);
                return false;
            }
        }

        void Scaled(Matrix expected, Matrix mean, double tolerance) => Near(
            expected, Matrix.Wrap([.. mean.Data.Select(v => v / target)], mean.Rows, mean.Columns),
            tolerance * Samples.Size(expected));

        static TrainingDynamics<Matrix> With(double first)
        {
            var y = new Matrix(new double[X.Rows, 1]);
            y.Data[0] = first;
            return TrainingDynamics.Create(Net.Ntk(), X, y);
        }
    }

    private static Ensemble Formula(KernelKind kind, double time, double ridge) => Formula(kind, Core.Training.NewFlow(time), ridge);

    private static Ensemble Formula(KernelKind kind, Core.Training training, double ridge)
    {
        var (s, theta) = (Kernels(KernelKind.Nngp), Kernels(KernelKind.Ntk));
        return kind == KernelKind.Nngp ? Core.Dynamics.nngp(training, ridge, s, Wide(Y)) : Core.Dynamics.ntk(training, ridge, s, theta, Wide(Y));
    }

    private static Core.Dynamics.Kernels Kernels(KernelKind kind)
    {
        var kernel = Net.Ntk();
        return new(Wide(kernel.Of(kind).Gram(Points)), Wide(kernel.Of(kind).Cross(Points, X)), Wide(kernel.Of(kind).Gram(X)));
    }

    private static Matrix<double> Steps(double rate, double beta, bool ahead, int steps)
    {
        var (k, y) = (Wide(Net.Ntk().Gram(X)), Wide(Y));
        var (f, before) = (0 * y, 0 * y);
        for (var i = 0; i < steps; i++)
        {
            var moved = f + beta * (f - before);
            var at = ahead ? moved : f;
            (f, before) = (moved - rate / (y.RowCount * y.ColumnCount) * k * (at - y), f);
        }

        return f;
    }

    private static Matrix<double> Wide(Matrix m) => Matrix<double>.Build.DenseOfRowMajor(m.Rows, m.Columns, m.Data);

    private static Matrix Transposed(Matrix m) => Matrix.Wrap(Wide(m).ToColumnMajorArray(), m.Columns, m.Rows);

    private static double Largest(Matrix m) => m.Data.Max(Math.Abs);

    private static void Near(Matrix expected, Matrix actual, double tolerance) => Near(Wide(expected), actual, tolerance);

    private static void Near(Matrix<double> expected, Matrix actual, double tolerance)
    {
        var scale = Math.Max(1, expected.Enumerate().Max(Math.Abs));
        Assert.Equal((expected.RowCount, expected.ColumnCount), (actual.Rows, actual.Columns));
        Assert.All(expected.EnumerateIndexed(), entry => Assert.Equal(entry.Item3, actual[entry.Item1, entry.Item2], tolerance * scale));
    }
}
