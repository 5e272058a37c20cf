using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;
using static HadamardNtk.Api.Tests.Learning.Solvers.EverySolver;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>
/// Targets and kernels at the ends of float64: every solver comes to an end, with the solution that a scale makes of the usual
/// one, or with a failure that says what to scale. Five minutes are hundreds of times what a fit takes.
/// </summary>
public class HostileTargets
{
    private static readonly Dictionary<string, Func<int, double>> Factors = new()
    {
        ["1e154"] = _ => 1e154,
        ["1e300"] = _ => 1e300,
        ["the largest"] = _ => double.MaxValue,
        ["1e-300"] = _ => 1e-300,
        ["1e-320"] = _ => 1e-320,
        ["1e154 beside 1e-320"] = c => c == 0 ? 1e154 : 1e-320,
        ["1 beside 1e300"] = c => c == 0 ? 1 : 1e300,
        ["zeros beside 1e-300"] = c => c == 0 ? 0 : 1e-300,
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var solver in EverySolver.Solvers)
            {
                Factors.Keys.ToList().ForEach(factor => all.Add(solver, factor));
            }

            return all;
        }
    }

    public static TheoryData<string, double> Kernels
    {
        get
        {
            var all = new TheoryData<string, double>();
            foreach (var solver in EverySolver.Solvers)
            {
                new[] { 1e-155, 1e-75, 1e75, 1e150, 1e153 }.ToList().ForEach(size => all.Add(solver, size));
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Targets_of_any_size_are_solved_or_refused(string solver, string factor)
    {
        var of = Factors[factor];
        var expected = Fit(EverySolver.Of(solver), X, Y);
        var scaled = Scaled(Y, of);
        var fitted = Ends(() => Fit(EverySolver.Of(solver), X, scaled));
        Assert.Equal(IsBeyond(solver, Math.Max(of(0), of(1))), fitted is null);
        if (fitted is not null)
        {
            // What is subnormal has fewer digits: each target is off by 5e-324, and so is each of the n terms of a prediction.
            Near(Scaled(expected.Predict(New).Mean, of), fitted.Predict(New).Mean, 10 * Close, 1000 * double.Epsilon);
        }
    }

    [Theory]
    [InlineData(0, double.MinValue)]
    [InlineData(0, double.MaxValue)]
    [InlineData(0, -1e154)]
    [InlineData(59, 1e200)]
    public void One_target_among_others_is_no_end_without_end(int row, double value)
    {
        var y = new Matrix(Y.ToArray());
        y.Data[2 * row] = value;
        foreach (var solver in EverySolver.Solvers)
        {
            var fitted = Ends(() => Fit(EverySolver.Of(solver), X, y));
            Assert.True(IsBeyond(solver, Math.Abs(value)) == fitted is null, $"{solver}: {(fitted is null ? "refused" : "solved")}");
            if (fitted is not null)
            {
                Assert.All(fitted.Predict(New).Mean.Data, v => Assert.True(double.IsFinite(v), solver));

                // The other output is as if it were alone.
                var alone = Fit(EverySolver.Of(solver), X, Y).Predict(New).Mean;
                Near(Column(alone, 1), Column(fitted.Predict(New).Mean, 1), Close, 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void A_power_of_two_times_the_targets_is_that_times_every_bit(string name)
    {
        var here = Fit(EverySolver.Of(name), X, Y);
        foreach (var (first, second) in new[] { (450, 450), (-450, -450), (450, -450) })
        {
            double Of(int c) => Math.ScaleB(1, c == 0 ? first : second);
            var there = Fit(EverySolver.Of(name), X, Scaled(Y, Of));
            Samples.SameBits(Scaled(here.Weights, Of), there.Weights, name);
            Samples.SameBits(Scaled(here.Predict(New).Mean, Of), there.Predict(New).Mean, name);
            if (first == second && here.LeaveOneOutRmse is { } error)
            {
                Assert.Equal(Math.ScaleB(error, first), there.LeaveOneOutRmse);
                Assert.True(double.IsFinite(there.LogMarginalLikelihood!.Value));
            }
        }
    }

    [Theory]
    [InlineData("cholesky")]
    [InlineData("eigen")]
    public void A_likelihood_beyond_float64_is_refused(string name)
    {
        var error = Assert.Throws<ArithmeticException>(() => Fit(EverySolver.Of(name), X, Scaled(Y, _ => 1e160)));
        Assert.Contains("scale the targets down", error.Message);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Samples_of_any_size_are_solved_or_refused(string name, double size)
    {
        // Without biases the kernel is homogeneous: all samples times a number predict the same at new ones times it.
        var net = Network.Parse("(dense(w=1.4142135623730951) relu)^2 dense");
        KernelRegression Of(double by) => KernelRegression.Fit(
            net.Ntk(), Scaled(X, _ => by), Y, Options with { Solver = EverySolver.Of(name) }, Minutes());
        try
        {
            Near(Of(1).Predict(New).Mean, Of(size).Predict(Scaled(New, _ => size)).Mean, 10 * Close, 0);
        }
        catch (ArithmeticException e)
        {
            // A matrix in float32 holds kernels from 1e-38 to 1e38.
            var isNarrow = name == "cg in float32" && e.Message.Contains("keep the matrix in float64");
            Assert.True(isNarrow || size is 1e153 or 1e-155, $"{name} refuses {size}: {e.Message}");
        }
    }

    /// <summary>
    /// Whether targets are too large: the direct solvers tell a likelihood, which has squares of them, and no solver has room
    /// for sums of the largest numbers.
    /// </summary>
    private static bool IsBeyond(string solver, double greatest) =>
        greatest >= (solver is "cholesky" or "eigen" ? 1e154 : double.MaxValue);

    private static KernelRegression Fit(Solver solver, Matrix x, Matrix y) =>
        KernelRegression.Fit(Net.Ntk(), x, y, Options with { Solver = solver }, Minutes());

    private static CancellationToken Minutes() => new CancellationTokenSource(TimeSpan.FromMinutes(5)).Token;

    private static KernelRegression? Ends(Func<KernelRegression> fit)
    {
        try
        {
            return fit();
        }
        catch (ArithmeticException e)
        {
            Assert.Contains("scale the targets", e.Message);
            return null;
        }
    }

    private static Matrix Scaled(Matrix m, Func<int, double> factor) =>
        Matrix.Wrap([.. m.Data.Select((v, t) => v * factor(t % m.Columns))], m.Rows, m.Columns);

    private static Matrix Column(Matrix m, int c) => Matrix.Wrap(m.Column(c).ToArray(), m.Rows, 1);

    private static void Near(Matrix expected, Matrix actual, double relative, double absolute)
    {
        for (var c = 0; c < expected.Columns; c++)
        {
            var (wanted, found) = (Column(expected, c), Column(actual, c));
            Assert.InRange(Samples.Worst(wanted, found), 0, relative * Samples.Size(wanted) + absolute);
        }
    }
}
