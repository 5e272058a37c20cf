using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;
using static HadamardNtk.Api.Tests.Learning.Solvers.EverySolver;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>What a caller sees and says: progress, cancellation, seeds, limits.</summary>
public class SolverControl : DataFolder
{
    [Fact]
    public void Too_few_iterations_are_an_error_that_says_how_far_they_came()
    {
        var error = Assert.Throws<NotConvergedException>(() => KernelRegression.Fit(
            Net.Ntk(), X, Y, Options with { Solver = Solver.ConjugateGradients with { Rank = 0, Iterations = 3 } }));
        Assert.Equal(3, error.Iterations);
        Assert.InRange(error.Residual, 1e-8, 1);
        Assert.Contains("3 iterations", error.Message);
    }

    [Fact]
    public void The_seed_draws_the_centers_and_the_pivots()
    {
        Matrix Centers(long seed) =>
            KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.Falkon with { Centers = 9, Seed = seed } }).Samples;
        Samples.SameBits(Centers(1), Centers(1));
        Assert.NotEqual(Centers(1).Data, Centers(2).Data);
        KernelRegression Gradients(long seed) =>
            KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = Solver.ConjugateGradients with { Rank = 9, Seed = seed } });
        Samples.SameBits(Gradients(1).Weights, Gradients(1).Weights);
        Assert.NotEqual(Gradients(1).Weights.Data, Gradients(2).Weights.Data);
    }

    [Theory]
    [MemberData(nameof(EverySolver.Names), MemberType = typeof(EverySolver))]
    public void A_fit_can_be_cancelled(string name)
    {
        var given = EverySolver.Of(name);
        var solver = given is ConjugateGradientSolver gradients ? gradients with { Folder = Folder } : given;
        var options = Options with { Solver = solver };
        Assert.ThrowsAny<OperationCanceledException>(() => KernelRegression.Fit(Net.Ntk(), X, Y, options, new CancellationToken(true)));

        // And in the middle: at the first report of the last stage, where there are stages.
        if (solver is ConjugateGradientSolver)
        {
            using var stop = new CancellationTokenSource();
            var progress = new SolverLog(p => Array.ForEach(
                p.Stage == "conjugate gradients" ? [stop] : (CancellationTokenSource[])[], s => s.Cancel()));
            var watched = options with { Solver = solver with { Progress = progress } };
            Assert.ThrowsAny<OperationCanceledException>(() => KernelRegression.Fit(Net.Ntk(), X, Y, watched, stop.Token));
            Assert.Single(progress.Reports, p => p.Stage == "conjugate gradients");
        }

        Assert.Empty(base.Names());
    }

    [Fact]
    public void Progress_tells_the_stages_and_the_residual_after_every_step()
    {
        var log = new SolverLog();
        var fitted = KernelRegression.Fit(
            Net.Ntk(), X, Y, Options with { Solver = Solver.ConjugateGradients with { Rank = 7, Progress = log } });
        Assert.Equal(["pivots", "gram", "conjugate gradients"], log.Reports.Select(p => p.Stage).Distinct());
        var steps = log.Reports.Where(p => p.Stage == "conjugate gradients").ToList();
        Assert.Equal(Enumerable.Range(1, fitted.Solution.Iterations!.Value), steps.Select(p => p.Iterations));
        Assert.True(steps[^1].Residual <= 1e-8 && steps[0].Residual > 1e-8);
        Assert.Equal(1, steps[^1].Done);
    }

    [Fact]
    public void Progress_tells_how_far_a_factorization_is()
    {
        var log = new SolverLog();
        KernelRegression.Fit(Net.Ntk(), X, Y, Options with { Solver = new CholeskySolver { Progress = log } });
        Assert.Equal(["gram", "factor"], log.Reports.Select(p => p.Stage).Distinct());
        Assert.Equal(1, log.Reports[^1].Done);
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver.ConjugateGradients with { Rank = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver.Falkon with { Centers = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver.ConjugateGradients with { Tolerance = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver.ConjugateGradients with { Tolerance = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver.ConjugateGradients with { Iterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver.ConjugateGradients with { Storage = (GramStorage)5 });
    }
}
