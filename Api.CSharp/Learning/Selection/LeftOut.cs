namespace HadamardNtk;

/// <summary>
/// The residuals of samples that are left out fold by fold, in closed form: e_F = (G_FF)⁻¹ α_F for G = (K + r I)⁻¹ and
/// α = G y.
/// </summary>
/// <param name="Residuals">e, n × C, in the order of the samples.</param>
/// <param name="Divided">v_F = (G_FF)⁻¹ e_F, n × C, which derivatives need.</param>
internal sealed record LeftOut(Matrix Residuals, Matrix Divided)
{
    /// <summary>Computes the residuals.</summary>
    /// <param name="weights">α, n × C.</param>
    /// <param name="parts">The samples of each fold.</param>
    /// <param name="inverse">G_FF for the samples of a fold, in memory of its own.</param>
    /// <param name="workers">The threads.</param>
    /// <exception cref="NotPositiveDefiniteException">G_FF is not positive definite in float64.</exception>
    internal static LeftOut Of(Matrix weights, int[][] parts, Func<int[], Matrix> inverse, Workers workers)
    {
        var (residuals, divided) = (new double[weights.Data.Length], new double[weights.Data.Length]);
        foreach (var part in parts)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            var block = new RidgeSystem(inverse(part), 0, workers);
            var left = block.Solve(MatrixProducts.Rows(weights, part), workers);
            Place(left, part, residuals);
            Place(block.Solve(left, workers), part, divided);
        }

        return new(
            Matrix.Wrap(residuals, weights.Rows, weights.Columns), Matrix.Wrap(divided, weights.Rows, weights.Columns));
    }

    private static void Place(Matrix rows, int[] places, double[] target)
    {
        for (var i = 0; i < places.Length; i++)
        {
            rows.Row(i).CopyTo(target.AsSpan(places[i] * rows.Columns));
        }
    }
}
