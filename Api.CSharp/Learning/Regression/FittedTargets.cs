namespace HadamardNtk;

/// <summary>What a fitted model knows of its targets: their means and their scales.</summary>
/// <param name="Means">The mean of each output, which is added to predictions; null where none was.</param>
/// <param name="Scales">s of each output, which multiplies deviations; null for unit scale.</param>
internal sealed record FittedTargets(double[]? Means, double[]? Scales)
{
    /// <summary>Targets without their means, and the means; as they are where nothing is asked for.</summary>
    /// <exception cref="ArithmeticException">A difference is beyond float64.</exception>
    internal static (Matrix Targets, double[]? Means) Centered(Matrix y, bool center)
    {
        if (!center)
        {
            return (y, null);
        }

        var means = ColumnMeans.Of(y);
        return (FiniteNumbers.Require("centered targets", Moved(y, means, -1), "scale the targets down"), means);
    }

    /// <summary>Predictions with the means.</summary>
    internal Matrix Restored(Matrix predictions) => Means is null ? predictions : Moved(predictions, Means, 1);

    private static Matrix Moved(Matrix m, double[] by, int sign)
    {
        var moved = new double[m.Data.Length];
        for (var t = 0; t < moved.Length; t++)
        {
            moved[t] = m.Data[t] + (sign * by[t % m.Columns]);
        }

        return Matrix.Wrap(moved, m.Rows, m.Columns);
    }
}
