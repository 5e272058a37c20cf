namespace HadamardNtk;

/// <summary>The predictions of a regression at samples that are left out fold by fold.</summary>
/// <param name="Predictions">The prediction of each sample by the fit without its fold, n × C.</param>
/// <param name="Rmse">√(mean squared residual) over all samples and outputs.</param>
/// <param name="FoldRmse">The same of each fold.</param>
/// <param name="Folds">The samples of each fold, counted from 0.</param>
public sealed record CrossValidationResult(
    Matrix Predictions, double Rmse, IReadOnlyList<double> FoldRmse, IReadOnlyList<IReadOnlyList<int>> Folds)
{
    /// <summary>The error over all samples, and below it those of the first folds.</summary>
    public override string ToString() => ShownText.Line(
        $"CrossValidationResult: RMSE {Rmse:G6} of {Predictions.Rows} samples, by {Folds.Count} folds:", FoldRmse);
}

/// <summary>
/// Cross-validation of kernel ridge regressions in closed form: one factorization gives the residuals of all folds,
/// e_F = (G_FF)⁻¹ G_F· y with G = (K + r I)⁻¹.
/// </summary>
/// <example><code>
/// var result = CrossValidation.Run(network.Ntk(), x, y, SelectionCriterion.CrossValidation(folds: 5));
/// Console.WriteLine(result.Rmse);
/// </code></example>
public static class CrossValidation
{
    /// <summary>Predicts every sample by the fit without its fold.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Samples.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="criterion">
    /// The folds: <see cref="SelectionCriterion.CrossValidation"/> or <see cref="SelectionCriterion.LeaveOneOut"/>.
    /// </param>
    /// <param name="options">
    /// Ridge and preparation; the defaults if null. What is learned before the kernel (the means of rows and targets, a
    /// relative ridge) is learned from all samples. The solver and the scale of variances are not used: the closed form
    /// takes one Cholesky factorization, and has no deviations.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The criterion has no folds, there are fewer samples than folds, or x and y do not fit each other.
    /// </exception>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite; raise the ridge.</exception>
    public static CrossValidationResult Run<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        Matrix y,
        SelectionCriterion criterion,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        ArgumentNullException.ThrowIfNull(criterion);
        if (!criterion.IsError)
        {
            throw new ArgumentException(
                "Expected CrossValidation or LeaveOneOut, which leave samples out; the evidence came.",
                nameof(criterion));
        }

        TrainingData.Require(kernel, x, y);
        options ??= new();
        options.RequireGivenRidge();
        var parts = criterion.Parts(y.Rows);
        var workers = options.Gram.Workers(cancellation);
        var (targets, means) = FittedTargets.Centered(y, options.CenterTargets);
        var preparation = Preparation.Learn(x, options.Center, options.Unit, options.Samples);
        SelectionScore.RequireMemory(y, preparation.Features(x));
        var samples = preparation.Round(preparation.Apply(x), options.Samples);
        var gram = kernel.Gram(samples, options.Gram.Exact, cancellation);
        var system = new RidgeSystem(gram, options.Ridge.For(gram), workers, options.Gram.Dense);
        var inverse = system.Inverse(workers);
        var left = LeftOut.Of(
            system.Solve(targets, workers), parts, part => SubMatrix.Of(inverse, part, part), workers);
        var predictions = new FittedTargets(means, null).Restored(Entrywise.Add(targets, left.Residuals, -1));
        return new(
            predictions,
            Metrics.Rmse(predictions, y),
            [
                .. parts.Select(part => Metrics.Rmse(
                    MatrixProducts.Rows(predictions, part), MatrixProducts.Rows(y, part))),
            ],
            [.. parts.Select(part => Array.AsReadOnly(part))]);
    }
}
