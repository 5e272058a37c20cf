using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;
using static HadamardNtk.Api.Tests.Learning.Solvers.EverySolver;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>Every solver solves the same system, and says how well.</summary>
public class SolverAgreement : DataFolder
{
    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void Every_solver_gives_the_regression_of_the_formulas(string name)
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = EverySolver.Of(name) });
        var kernel = Net.Ntk();
        var plain = new PlainRegression(kernel.Gram(X), fitted.Ridge, Y);
        Assert.Equal(EverySolver.Of(name).Kind, fitted.Solution.Kind);
        Assert.Equal(1e-2 * kernel.Diagonal(X).Average(), fitted.Ridge, 1e-14);

        // A prediction is a product of n kernels and weights.
        var cross = kernel.Cross(New, X);
        var size = Math.Sqrt(Count) * Samples.Size(cross) * Norm(plain.Weights.Data);
        Assert.InRange(Samples.Worst(plain.Predict(cross), fitted.Predict(New).Mean), 0, Close * size);
    }

    [Fact]
    public void The_residual_that_is_reported_is_the_one_of_the_weights()
    {
        foreach (var (name, solver) in EverySolver.Gradients)
        {
            var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = solver });
            var product = Net.Ntk().Multiply(X, fitted.Weights);
            var missing = Y.Data.Select((y, i) => y - product.Data[i] - fitted.Ridge * fitted.Weights.Data[i]).ToArray();
            var left = Matrix.Wrap(missing, Count, 2);
            var worst = Enumerable.Range(0, 2).Max(c => Norm(left.Column(c)) / Norm(Y.Column(c)));
            Assert.True(fitted.Solution.Residual <= Tolerance, name);
            // Sums in another order: K alpha is off by n eps of its size, which the condition times |y| bounds.
            Assert.Equal(worst, fitted.Solution.Residual!.Value, Rounding);
            Assert.InRange(fitted.Solution.Iterations!.Value, 1, 10 * Count);
        }
    }

    [Fact]
    public void With_all_of_the_matrix_in_the_preconditioner_two_steps_are_enough()
    {
        var all = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.ConjugateGradients });
        Assert.Equal(Count, all.Solution.Rank);
        Assert.InRange(all.Solution.Iterations!.Value, 1, 2);
        var plain = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.ConjugateGradients with { Rank = 0 } });
        Assert.InRange(plain.Solution.Iterations!.Value, 10, 10 * Count);
    }

    [Fact]
    public void Eigenvalues_give_the_scores_and_the_deviations_of_the_factorization()
    {
        var expected = KernelRegression.Fit(Net.Ntk(), X, Y, Options);
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.Eigen });
        Assert.Equal(expected.LeaveOneOutRmse!.Value, fitted.LeaveOneOutRmse!.Value, Rounding * expected.LeaveOneOutRmse.Value);
        Assert.Equal(
            expected.LogMarginalLikelihood!.Value, fitted.LogMarginalLikelihood!.Value, Rounding * Math.Abs(expected.LogMarginalLikelihood.Value));
        var (a, b) = (expected.Predict(New, Uncertainty.Deviation).Deviation!, fitted.Predict(New, Uncertainty.Deviation).Deviation!);
        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), pair => Assert.Equal(pair.First * pair.First, pair.Second * pair.Second, Rounding));
    }

    [Fact]
    public void What_iterations_do_not_know_is_no_number()
    {
        foreach (var solver in new Solver[] { Solver.ConjugateGradients, Solver.Falkon })
        {
            var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = solver });
            Assert.Equal((null, null), (fitted.LeaveOneOutRmse, fitted.LogMarginalLikelihood));
        }
    }

    [Fact]
    public void Deviations_after_conjugate_gradients_are_those_of_the_factorization_and_centers_have_none()
    {
        var expected = KernelRegression.Fit(Net.Ntk(), X, Y, Options).Predict(New, Uncertainty.Deviation);
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.ConjugateGradients });
        Matrices.SameBits(expected.Deviation!, fitted.Predict(New, Uncertainty.Deviation).Deviation!);
        var centers = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.Falkon });
        Assert.Contains("fit with cholesky", Assert.Throws<NotSupportedException>(() => centers.Predict(New, Uncertainty.Deviation)).Message);
    }

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void A_model_that_is_written_and_read_predicts_the_same_bits(string name)
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = EverySolver.Of(name) });
        fitted.Save(Place("model"));
        var loaded = KernelRegression.Load(Place("model"));
        Assert.Equal(fitted.Solution.Kind, loaded.Solution.Kind);
        Samples.SameBits(fitted.Predict(New).Mean, loaded.Predict(New).Mean);
        if (fitted.Solution.Kind != SolverKind.Falkon)
        {
            Matrices.SameBits(fitted.Predict(New, Uncertainty.Deviation).Deviation!, loaded.Predict(New, Uncertainty.Deviation).Deviation!);
        }
        else
        {
            Assert.Throws<NotSupportedException>(() => loaded.Predict(New, Uncertainty.Deviation));
        }

        Assert.Equal(["model"], base.Names());
    }

    [Fact]
    public void Few_centers_are_the_best_of_their_functions()
    {
        // The model keeps the centers alone: the minimum of |K alpha - y|^2 + r alpha^T K_SS alpha, by its normal equations.
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.Falkon with { Centers = 9, Tolerance = Tolerance } });
        var centers = fitted.Samples;
        Assert.Equal((9, 9), (centers.Rows, fitted.Solution.Rank));
        Assert.All(Enumerable.Range(0, 9), k => Assert.Contains(Enumerable.Range(0, Count), i => X.Row(i).SequenceEqual(centers.Row(k))));
        var (across, own) = (Net.Ntk().Cross(centers, X), Net.Ntk().Gram(centers));
        var missing = Matrix.Wrap([.. fitted.Predict(X).Mean.Data.Zip(Y.Data, (f, y) => f - y)], Count, 2);
        var (slope, side) = (MatrixProducts.Times(across, missing, Workers.All), MatrixProducts.Times(across, Y, Workers.All));
        var penalty = MatrixProducts.Times(own, fitted.Weights, Workers.All);
        var left = slope.Data.Zip(penalty.Data, (a, b) => a + fitted.Ridge * b).Max(Math.Abs);

        // The tolerance is of L^-1 of this; L multiplies by sqrt(tr K_SS) at most and L^-1 by sqrt(cond K_SS) < 1e6.
        Assert.InRange(left, 0, 1e6 * Tolerance * Samples.Size(side));
    }

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void The_threads_do_not_show(string name)
    {
        var (x, y) = (Samples.Random(150, 3, 4), Samples.Random(150, 2, 5));
        Matrix Weights(int threads) =>
            KernelRegression.Fit(Net.Ntk(), x, y, Options with { Solver = EverySolver.Of(name), Gram = new() { Threads = threads } }).Weights;
        if (name != "eigen")
        {
            Samples.SameBits(Weights(1), Weights(3), name);
            return;
        }

        // A LAPACK's threads add in another order: its weights are those of eigenpairs that are off by n ε λ_max, over λ + r.
        var (one, three) = (Weights(1), Weights(3));
        Samples.Near(one, three, 1e-9 * Samples.Size(one));
    }
}
