using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Selection;

/// <summary>A ridge that a criterion chooses along the eigenvalues is at least as good as any other.</summary>
public class RidgeChoiceTests
{
    private static readonly Matrix X = Samples.Random(40, 3, 12);
    private static readonly InfiniteKernel Kernel = Network.Parse("(dense(w=1.4,b=0.2) relu)^2 dense").Ntk();

    private static Matrix Targets(int outputs)
    {
        var y = Samples.Random(40, outputs, 6);
        for (var i = 0; i < 40; i++)
        {
            for (var c = 0; c < outputs; c++)
            {
                y.Data[i * outputs + c] = (0.3 * y[i, c]) + Math.Sin(2 * X[i, c % 3]) + X[i, 0] + 5;
            }
        }

        return y;
    }

    private static SelectionCriterion Named(string name) => name switch
    {
        "evidence" => SelectionCriterion.Evidence,
        "loo" => SelectionCriterion.LeaveOneOut,
        _ => SelectionCriterion.CrossValidation(5, 2),
    };

    private static double Loss(SelectionCriterion criterion, Matrix y, RegressionOptions options)
    {
        var model = KernelRegression.Fit(Kernel, X, y, options);
        return criterion.Name switch
        {
            "evidence" => -model.LogMarginalLikelihood!.Value,
            "loo" => model.LeaveOneOutRmse!.Value,
            _ => CrossValidation.Run(Kernel, X, y, criterion, options).Rmse,
        };
    }

    [Theory]
    [InlineData("evidence", 1, false)]
    [InlineData("evidence", 2, true)]
    [InlineData("loo", 1, false)]
    [InlineData("loo", 2, true)]
    [InlineData("folds", 2, false)]
    public void No_other_ridge_is_better(string name, int outputs, bool scaled)
    {
        var (criterion, y) = (Named(name), Targets(outputs));
        var options = new RegressionOptions
        {
            CenterTargets = true,
            Scale = scaled ? VarianceScale.Estimated : VarianceScale.Unit,
        };
        var chosen = KernelRegression.Fit(Kernel, X, y, options with { RidgeBy = criterion });
        Assert.Equal(SolverKind.Eigen, chosen.Solution.Kind);
        var least = Loss(criterion, y, options with { Ridge = Ridge.Absolute(chosen.Ridge) });
        for (var exponent = -6.0; exponent <= 3; exponent += 0.125)
        {
            var ridge = Ridge.Absolute(chosen.Ridge * Math.Pow(10, exponent));
            Assert.True(least <= Loss(criterion, y, options with { Ridge = ridge }) + (1e-9 * Math.Abs(least)));
        }

        var same = KernelRegression.Fit(
            Kernel, X, y, options with { Ridge = Ridge.Absolute(chosen.Ridge), Solver = Solver.Eigen });
        Samples.SameBits(same.Weights, chosen.Weights);
    }

    [Fact]
    public void A_criterion_of_folds_is_that_of_fits_without_them()
    {
        var (y, criterion) = (Targets(2), SelectionCriterion.CrossValidation(4, 9));
        var options = new RegressionOptions { Ridge = Ridge.Absolute(0.1) };
        var found = CrossValidation.Run(Kernel, X, y, criterion, options);
        Assert.Equal(4, found.Folds.Count);
        var squares = 0.0;
        foreach (var (fold, rmse) in found.Folds.Zip(found.FoldRmse))
        {
            int[] kept = [.. Enumerable.Range(0, 40).Except(fold)];
            int[] left = [.. fold];
            var model = KernelRegression.Fit(Kernel, Kernel.Select(X, kept), Kernel.Select(y, kept), options);
            var predicted = model.Predict(Kernel.Select(X, left)).Mean;
            Assert.InRange(Samples.Worst(predicted, Kernel.Select(found.Predictions, left)), 0, 1e-11);
            Assert.Equal(Metrics.Rmse(predicted, Kernel.Select(y, left)), rmse, 1e-12);
            squares += rmse * rmse * left.Length;
        }

        Assert.Equal(Math.Sqrt(squares / 40), found.Rmse, 1e-12);
    }

    [Fact]
    public void A_ridge_is_chosen_for_classes_and_for_given_matrices_too()
    {
        long[] labels = [.. Enumerable.Range(0, 40).Select(i => X[i, 0] > 0 ? 1L : 0)];
        var options = new RegressionOptions { RidgeBy = SelectionCriterion.LeaveOneOut };
        var byRows = KernelClassifier.Fit(Kernel, X, labels, options);
        var byMatrix = KernelClassifier.Fit(Kernel.Gram(X), labels, options);
        Assert.Equal(byRows.Regression.Ridge, byMatrix.Regression.Ridge, 1e-9 * byRows.Regression.Ridge);
    }

    [Fact]
    public void A_choice_that_cannot_be_made_is_refused()
    {
        var y = Targets(1);
        void Refused(RegressionOptions options, string message) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => KernelRegression.Fit(Kernel, X, y, options)).Message,
            StringComparison.Ordinal);
        Refused(
            new() { RidgeBy = SelectionCriterion.Evidence, Solver = Solver.ConjugateGradients },
            "Expected the solver eigen or cholesky for a ridge that is chosen; ConjugateGradients came.");
        Refused(new() { RidgeBy = SelectionCriterion.CrossValidation(41) }, "40 samples and 41 folds");
        var chosen = new RegressionOptions { RidgeBy = SelectionCriterion.Evidence };
        Assert.Contains(
            "Leave RidgeBy out", Assert.Throws<ArgumentException>(
                () => KernelTuning.Maximize(Kernel, ["w"], X, y, chosen)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "the evidence came", Assert.Throws<ArgumentException>(
                () => CrossValidation.Run(Kernel, X, y, SelectionCriterion.Evidence)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_ridge_beyond_the_grid_is_tried()
    {
        List<double> tried = [];
        double Score(double ridge, double sign)
        {
            tried.Add(ridge);
            return sign * Math.Log(ridge);
        }

        Assert.Equal(2e-14, RidgeSearch.Best(2, ridge => Score(ridge, -1)), 1e-24);
        Assert.Equal(2e4, RidgeSearch.Best(2, ridge => Score(ridge, 1)), 1e-6);
        Assert.All(tried, ridge => Assert.InRange(ridge / 2, 1e-14 * (1 - 1e-12), 1e4 * (1 + 1e-12)));
    }
}
