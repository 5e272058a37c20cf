using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Solvers;

/// <summary>5000 images of digits: what preconditioning is worth, and what centers lose.</summary>
public class ImagesOfDigits
{
    private const string Net = "dense(w=1.41421356) relu dense";

    [Fact]
    public void A_preconditioner_of_rank_500_saves_three_quarters_of_the_iterations()
    {
        var (x, labels) = Read("[:5000]");
        var plain = Fit(x, labels, Ridge.Absolute(1e-8), Solver.ConjugateGradients with { Rank = 0 });
        var fitted = Fit(x, labels, Ridge.Absolute(1e-8), Solver.ConjugateGradients with { Rank = 500 });
        Assert.InRange(fitted.Solution.Iterations!.Value, 1, plain.Solution.Iterations!.Value / 4);
        Assert.InRange(fitted.Solution.Residual!.Value, 0, 1e-8);
        Assert.InRange(Fit(x, labels, Ridge.Relative(1e-2), Solver.ConjugateGradients).Solution.Iterations!.Value, 1, 59);
    }

    [Fact]
    public void A_matrix_in_float32_is_refined_to_the_tolerance()
    {
        var (x, labels) = Read("[:5000]");
        var fitted = Fit(x, labels, Ridge.Absolute(1e-8), Solver.ConjugateGradients with { Storage = GramStorage.Float32 });
        Assert.InRange(fitted.Solution.Residual!.Value, 0, 1e-8);
    }

    [Theory]
    [InlineData(Net)]
    [InlineData("(dense(w=1.41421356) relu)^3 dense")]
    [InlineData("hadamard(dense(w=1.41421356) relu, dense(w=1.41421356) relu) dense")]
    public void Every_solver_tells_them_apart_as_well(string net)
    {
        var ((x, labels), (others, truth)) = (Read("[:5000]"), Read("[5000:]"));
        double Accuracy(Solver solver) => Metrics.Accuracy(
            KernelClassifier.Fit(Network.Parse(net).Ntk(), x, labels, Options(Ridge.Absolute(1e-8), solver)).Predict(others).Labels, truth);
        var expected = Accuracy(Solver.Cholesky);
        Assert.Equal(expected, Accuracy(Solver.ConjugateGradients), 0.05);
        Assert.Equal(expected, Accuracy(Solver.Falkon), 0.3);
    }

    private static KernelRegression Fit(Matrix x, long[] labels, Ridge ridge, Solver solver) =>
        KernelClassifier.Fit(Network.Parse(Net).Ntk(), x, labels, Options(ridge, solver)).Regression;

    private static RegressionOptions Options(Ridge ridge, Solver solver) => new() { Ridge = ridge, Solver = solver, Center = true, Unit = true };

    private static (Matrix X, long[] Labels) Read(string selection)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HNTK_LONG") == "1", "takes minutes; set HNTK_LONG=1.");
        return (DataFile.ReadMatrix(SharedData.Require("t10k-images-idx3-ubyte.gz") + selection),
            DataFile.ReadLabels(SharedData.Require("t10k-labels-idx1-ubyte.gz") + selection));
    }
}
