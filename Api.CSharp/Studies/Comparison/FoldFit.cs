using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The predictions of one fit at the samples of a fold.</summary>
/// <param name="Predicted">The predictions, m × C.</param>
/// <param name="Ridge">The absolute ridge.</param>
internal sealed record FoldFit(Matrix Predicted, double Ridge)
{
    /// <summary>
    /// Fits without the fold and predicts at it. One ridge takes a Cholesky factorization. Several take one
    /// eigendecomposition K = Σ λ v vᵀ, and for each ridge O(n²) operations: α = Σ v (v·y)/(λ + r), and the
    /// leave-one-out residuals e_i = α_i/(K + r I)⁻¹_ii. The ridge with the fewest wrong classes is chosen, of several
    /// the one with the least Σ e², and of several the first.
    /// </summary>
    internal static FoldFit Of(
        Matrix gram,
        Matrix cross,
        ComparisonTask task,
        Split split,
        ComparisonOptions options,
        CancellationToken cancellation)
    {
        var (targets, means) = FittedTargets.Centered(task.Targets(split.Training), options.CenterTargets);
        var workers = options.Gram.Workers(cancellation);
        var (weights, ridge) = options.Ridges is [var only]
            ? Solved(gram, targets, only, options, workers)
            : Chosen(gram, targets, new(means, null), task, split, options, workers);
        var predicted = new FittedTargets(means, null).Restored(MatrixProducts.Times(cross, weights, workers));
        return new(FiniteNumbers.Require("predictions", predicted, "scale the targets or the rows down"), ridge);
    }

    private static (Matrix Weights, double Ridge) Solved(
        Matrix gram, Matrix targets, Ridge ridge, ComparisonOptions options, Workers workers)
    {
        var absolute = ridge.For(gram);
        return (new RidgeSystem(gram, absolute, workers, options.Gram.Dense).Solve(targets, workers), absolute);
    }

    private static (Matrix Weights, double Ridge) Chosen(
        Matrix gram,
        Matrix targets,
        FittedTargets restored,
        ComparisonTask task,
        Split split,
        ComparisonOptions options,
        Workers workers)
    {
        double[] ridges = [.. options.Ridges.Select(ridge => ridge.For(gram))];
        var pairs = SymmetricEigen.Decompose(gram, workers, options.Gram.Dense);
        var projections = MatrixProducts.Times(pairs.Vectors, targets, workers);
        (Matrix Weights, double Ridge, int Wrong, double Squares)? best = null;
        foreach (var ridge in ridges)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            if (!IsRegular(pairs.Values, ridge))
            {
                continue;
            }

            var weights = MatrixProducts.TransposeTimes(
                pairs.Vectors,
                Entrywise.ScaleRows(projections, Array.ConvertAll(pairs.Values, value => 1 / (value + ridge))),
                workers);
            var residuals = Entrywise.ScaleRows(weights, Array.ConvertAll(Inverse(pairs, ridge), d => 1 / d));
            var wrong = task.Wrong(restored.Restored(Entrywise.Add(targets, residuals, -1)), split.Training);
            var squares = BlockConjugateGradients.Dots(residuals, residuals).Sum();
            if (best is not { } known || (wrong, squares).CompareTo((known.Wrong, known.Squares)) < 0)
            {
                best = (weights, ridge, wrong, squares);
            }
        }

        return best is { } found
            ? (found.Weights, found.Ridge)
            : throw new ArithmeticException(
                $"K + r I is singular to rounding with every ridge up to {ridges.Max()}; give a greater one");
    }

    // The direct solver refuses such matrices too.
    private static bool IsRegular(double[] values, double ridge) =>
        values[0] + ridge > Roundoff.ofSum(values.Length) * (values[^1] + ridge);

    // The diagonal of (K + r I)^-1.
    private static double[] Inverse(EigenPairs pairs, double ridge)
    {
        var diagonal = new double[pairs.Values.Length];
        for (var k = 0; k < diagonal.Length; k++)
        {
            var row = pairs.Vectors.Row(k);
            var times = 1 / (pairs.Values[k] + ridge);
            for (var i = 0; i < diagonal.Length; i++)
            {
                diagonal[i] += times * row[i] * row[i];
            }
        }

        return diagonal;
    }
}
