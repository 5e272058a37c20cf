using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;
using static HadamardNtk.Api.Tests.Learning.Solvers.EverySolver;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>One sample, duplicates, zeros, no ridge.</summary>
public class SolverEdges
{
    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void One_sample_is_a_scalar_equation(string name)
    {
        // k = 2^2 * 3^2 = 36, r = 4.
        var fitted = KernelRegression.Fit(
            Network.Parse("dense(w=2)").Ntk(), new double[,] { { 3 } }, new double[,] { { 5, -10 } },
            new() { Ridge = Ridge.Absolute(4), Solver = EverySolver.Of(name) });
        Assert.Equal(5.0 / 40, fitted.Weights[0, 0], 2e-11);
        Assert.Equal(-10.0 / 40, fitted.Weights[0, 1], 2e-11);
    }

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void Duplicates_zero_rows_and_zero_targets_give_numbers(string name)
    {
        // K = ((4,4,0),(4,4,0),(0,0,0)) with r = 1: f(2) = 8/9 of the mean 1.5, f(0) = 0; the second output is 0 everywhere.
        var fitted = KernelRegression.Fit(
            Network.Parse("dense").Ntk(), new double[,] { { 2 }, { 2 }, { 0 } }, new double[,] { { 1, 0 }, { 2, 0 }, { 7, 0 } },
            new() { Ridge = Ridge.Absolute(1), Solver = EverySolver.Of(name) });
        var predicted = fitted.Predict(new double[,] { { 2 }, { 0 } }).Mean;
        Assert.Equal(8 / 9.0 * 1.5, predicted[0, 0], 1e-9);
        Assert.Equal([0.0, 0, 0], predicted.Data[1..]);
    }

    [Theory]
    [InlineData("eigen")]
    [InlineData("plain cg")]
    [InlineData("cg of rank 7")]
    [InlineData("falkon on all")]
    public void Without_a_ridge_a_singular_matrix_gives_what_gradient_descent_tends_to(string name)
    {
        // y lies in the range of K, of rank 1: f(x) = x/2 interpolates it.
        var fitted = KernelRegression.Fit(
            Network.Parse("dense").Ntk(), new double[,] { { 2 }, { 2 }, { -4 }, { 0 } }, new double[,] { { 1 }, { 1 }, { -2 }, { 0 } },
            new() { Ridge = Ridge.Absolute(0), Solver = EverySolver.Of(name) });
        Assert.Equal(5, fitted.Predict(new double[,] { { 10 } }).Mean[0, 0], 1e-9);
    }

    [Fact]
    public void Contradicting_duplicates_without_a_ridge_are_averaged_by_eigenvalues_and_by_centers()
    {
        foreach (var solver in new Solver[] { Solver.Eigen, Solver.Falkon })
        {
            var fitted = KernelRegression.Fit(
                Network.Parse("dense").Ntk(), new double[,] { { 2 }, { 2 } }, new double[,] { { 1 }, { 2 } },
                new() { Ridge = Ridge.Absolute(0), Solver = solver });
            Assert.Equal(1.5, fitted.Predict(new double[,] { { 2 } }).Mean[0, 0], 1e-14);
        }
    }

    [Fact]
    public void More_samples_than_a_linear_network_has_features_are_fitted_by_least_squares()
    {
        // K = X Xᵀ/3 has 57 eigenvalues that are zero but for rounding, and y is not in its range.
        var (x, y) = (Samples.Random(60, 3, 1), Samples.Random(60, 2, 2));
        var fitted = KernelRegression.Fit(Network.Parse("dense").Ntk(), x, y, new() { Ridge = Ridge.Absolute(0), Solver = Solver.Eigen });
        var (design, targets) = (MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(x.ToArray()), MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(y.ToArray()));
        var expected = design * design.QR().Solve(targets);
        var predicted = fitted.Predict(x).Mean;
        Assert.All(expected.EnumerateIndexed(), entry => Assert.Equal(entry.Item3, predicted[entry.Item1, entry.Item2], 1e-12));
        Assert.Equal(3, fitted.Solution.Rank);
    }

    [Fact]
    public void Contradicting_duplicates_without_a_ridge_are_no_system_that_conjugate_gradients_solve()
    {
        // The best that any weights do is to miss (1, 2) by (-1/2, 1/2): |r|/|y| = 1/sqrt 10.
        var error = Assert.Throws<NotConvergedException>(() => KernelRegression.Fit(
            Network.Parse("dense").Ntk(), new double[,] { { 2 }, { 2 } }, new double[,] { { 1 }, { 2 } },
            new() { Ridge = Ridge.Absolute(0), Solver = Solver.ConjugateGradients }));
        Assert.InRange(error.Residual, 0.999999 / Math.Sqrt(10), 1);
        Assert.Contains("raise the ridge", error.Message);
    }

    [Theory]
    [InlineData(1e-15)]
    [InlineData(1e-14)]
    public void A_system_that_is_singular_but_for_rounding_is_no_solution_of_conjugate_gradients(double ridge)
    {
        var x = Samples.Random(5, 3, 1);
        var twice = Matrix.Wrap([.. x.Data, .. x.Data], 10, 3);
        Assert.Throws<NotConvergedException>(() => KernelRegression.Fit(
            Network.Parse("dense relu dense").Ntk(), twice, Samples.Random(10, 1, 2), new() { Ridge = Ridge.Absolute(ridge), Solver = Solver.ConjugateGradients }));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-17)]
    public void A_few_samples_without_a_ridge_are_solved_by_conjugate_gradients_too(double ridge)
    {
        for (var n = 1; n <= 4; n++)
        {
            var (x, y) = (Samples.Random(n, 5, n), Samples.Random(n, 1, 7 + n));
            var fitted = KernelRegression.Fit(
                Network.Parse("dense relu dense").Ntk(), x, y, new() { Ridge = Ridge.Absolute(ridge), Solver = Solver.ConjugateGradients });
            Samples.Near(y, fitted.Predict(x).Mean, 1e-7);
        }
    }

    [Fact]
    public void Where_eigenvalues_are_zero_leaving_one_out_is_its_limit_at_small_ridges()
    {
        // Of two equal samples each is predicted by the other; a third that is alone in its direction by 0; one at 0 by 0.
        var (x, y) = (new double[,] { { 2, 0 }, { 2, 0 }, { 0, 3 }, { 0, 0 } }, new double[,] { { 1 }, { 2 }, { 5 }, { 7 } });
        var fitted = KernelRegression.Fit(Network.Parse("dense").Ntk(), x, y, new() { Ridge = Ridge.Absolute(0), Solver = Solver.Eigen });
        Assert.Equal(Math.Sqrt((1 + 1 + 25 + 49) / 4.0), fitted.LeaveOneOutRmse!.Value, 1e-13);
        Assert.Null(fitted.LogMarginalLikelihood);
        Assert.Equal([0.0, 0], fitted.Predict(new double[,] { { 2, 0 }, { 0, 3 } }, Uncertainty.Deviation).Deviation!.Select(d => Math.Round(d, 7)));
    }
}
