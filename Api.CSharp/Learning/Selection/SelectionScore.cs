namespace HadamardNtk;

/// <summary>
/// A criterion L of a regression at a matrix A = K + r I, and its derivative W = ∂L/∂A, so that dL/dp = Σ_ij W_ij
/// ∂K_ij/∂p for every parameter p of the kernel and dL/dr = tr W.
/// </summary>
/// <remarks>
/// With G = A⁻¹, α = G y and C outputs: for the evidence W = ½ (Σ_c α_c α_cᵀ/s_c² − C G). For residuals e_F left out
/// fold by fold, S = Σ e² and v_F = (G_FF)⁻¹ e_F, ∂S/∂A is the symmetric part of −2 (G v) αᵀ + 2 Σ_F (G_·F v_F)(G_·F
/// e_F)ᵀ, and L = −n C/2 log(S/n C), which grows as an evidence does. Sources: Rasmussen and Williams, Gaussian
/// processes for machine learning (2006), sections 5.4.1 and 5.4.2, for one sample left out.
/// </remarks>
/// <param name="Value">L.</param>
/// <param name="Slope">W, n × n, symmetric.</param>
internal sealed record SelectionScore(double Value, Matrix Slope)
{
    /// <summary>L as it is shown: the log marginal likelihood, or the root mean squared residual.</summary>
    /// <param name="criterion">The criterion.</param>
    /// <param name="value">L.</param>
    /// <param name="count">n C, the number of targets.</param>
    internal static double ShownOf(SelectionCriterion criterion, double value, int count) =>
        criterion.IsError ? Math.Exp(-value / count) : value;

    /// <summary>The trace of W.</summary>
    internal double ByRidge => Enumerable.Range(0, Slope.Rows).Sum(i => Slope[i, i]);

    /// <summary>Σ_ij W_ij D_ij for the derivative D of K.</summary>
    internal double Along(Matrix derivative)
    {
        var sum = 0.0;
        for (var i = 0; i < Slope.Rows; i++)
        {
            sum += RowProducts.Dot(Slope.Row(i), derivative.Row(i));
        }

        return sum;
    }

    /// <summary>Requires memory for K, its factor, its inverse and W, as an eigendecomposition takes.</summary>
    /// <exception cref="ArgumentException">There is not enough.</exception>
    internal static void RequireMemory(Matrix targets, int features) => SolverMemory.Require(
        Solver.Eigen, new(targets.Rows, features, targets.Columns), MemoryPlan.Available,
        "give parameters and ridge, or choose them on some of the samples");

    /// <summary>Computes a criterion.</summary>
    /// <param name="criterion">The criterion.</param>
    /// <param name="gram">K, whose memory is overwritten.</param>
    /// <param name="ridge">r.</param>
    /// <param name="targets">y, n × C.</param>
    /// <param name="scale">The scale of variances of the evidence.</param>
    /// <param name="options">The threads and the library.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite in float64.</exception>
    internal static SelectionScore Of(
        SelectionCriterion criterion,
        Matrix gram,
        double ridge,
        Matrix targets,
        VarianceScale scale,
        GramOptions options,
        CancellationToken cancellation)
    {
        var workers = options.Workers(cancellation);
        var system = new RidgeSystem(gram, ridge, workers, options.Dense);
        var weights = system.Solve(targets, workers);
        var inverse = system.Inverse(workers);
        return criterion.IsError
            ? OfResiduals(criterion.Parts(targets.Rows), inverse, weights, workers)
            : OfEvidence(system, inverse, targets, weights, scale, workers);
    }

    private static SelectionScore OfEvidence(
        RidgeSystem system, Matrix inverse, Matrix targets, Matrix weights, VarianceScale scale, Workers workers)
    {
        var value = system.LogMarginalLikelihood(targets, weights, TargetScale.Plain(targets, scale));
        var n = targets.Rows;
        var shares = scale == VarianceScale.Unit
            ? [.. Enumerable.Repeat(1.0, targets.Columns)]
            : Array.ConvertAll(BlockConjugateGradients.Dots(targets, weights), form => n / form);
        var explained = MatrixProducts.TimesTranspose(Entrywise.ScaleColumns(weights, shares), weights, workers);
        return new(value, Entrywise.Combine(0.5, explained, -0.5 * targets.Columns, inverse));
    }

    private static SelectionScore OfResiduals(int[][] parts, Matrix inverse, Matrix weights, Workers workers)
    {
        var left = LeftOut.Of(weights, parts, part => SubMatrix.Of(inverse, part, part), workers);
        var count = weights.Data.Length;
        var sum = BlockConjugateGradients.Dots(left.Residuals, left.Residuals).Sum();
        var shifts = MatrixProducts.Times(inverse, left.Divided, workers);
        var outer = MatrixProducts.TimesTranspose(shifts, weights, workers);
        var across = Across(parts, inverse, left, workers);

        // The derivative of S is divided by -2 S/(n C), and its symmetric part is taken.
        var slope = new double[outer.Data.Length];
        var (n, by) = (outer.Rows, -0.5 * count / sum);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                slope[i * n + j] = by * (across[i, j] + across[j, i] - outer[i, j] - outer[j, i]);
            }
        }

        return new(-0.5 * count * Math.Log(sum / count), Matrix.Wrap(slope, n, n));
    }

    // The sum over folds and outputs of (G_F v_F)(G_F e_F)^T. Folds of one sample have the same vector in both factors,
    // so that all outputs are one term.
    private static Matrix Across(int[][] parts, Matrix inverse, LeftOut left, Workers workers)
    {
        if (Array.TrueForAll(parts, part => part.Length == 1))
        {
            var products = new double[inverse.Rows];
            for (var i = 0; i < products.Length; i++)
            {
                products[i] = RowProducts.Dot(left.Divided.Row(i), left.Residuals.Row(i));
            }

            return MatrixProducts.TimesTranspose(Entrywise.ScaleColumns(inverse, products), inverse, workers);
        }

        return MatrixProducts.TimesTranspose(
            PerFold(parts, inverse, left.Divided, workers), PerFold(parts, inverse, left.Residuals, workers), workers);
    }

    // G_F z_F for every fold and output, n x (folds C).
    private static Matrix PerFold(int[][] parts, Matrix inverse, Matrix z, Workers workers)
    {
        var columns = parts.Length * z.Columns;
        var spread = new double[z.Rows * columns];
        for (var fold = 0; fold < parts.Length; fold++)
        {
            foreach (var i in parts[fold])
            {
                z.Row(i).CopyTo(spread.AsSpan(i * columns + fold * z.Columns));
            }
        }

        return MatrixProducts.Times(inverse, Matrix.Wrap(spread, z.Rows, columns), workers);
    }
}
