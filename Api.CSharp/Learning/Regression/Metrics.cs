namespace HadamardNtk;

/// <summary>Measures the quality of predictions.</summary>
public static class Metrics
{
    /// <summary>√(mean squared difference) over all rows and outputs.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArithmeticException">The result is beyond float64.</exception>
    public static double Rmse(Matrix predicted, Matrix truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Rows != truth.Rows || predicted.Columns != truth.Columns)
        {
            throw new ArgumentException(
                $"Expected {predicted.Rows} x {predicted.Columns} targets, not {truth.Rows} x {truth.Columns}.",
                nameof(truth));
        }

        var scale = Scale(predicted, truth);
        var sum = 0.0;
        for (var i = 0; i < predicted.Data.Length; i++)
        {
            var e = 2 * (HalfDifference(predicted, truth, i) / scale);
            sum += e * e;
        }

        var rmse = scale * Math.Sqrt(sum / predicted.Data.Length);
        return double.IsFinite(rmse)
            ? rmse
            : throw new ArithmeticException(
                "the root mean squared error is beyond float64; scale the targets down");
    }

    // The unit of the differences is 1, or a power of 2 where a difference or its square would overflow or vanish.
    // Division by a power of 2 rounds nothing.
    private static double Scale(Matrix predicted, Matrix truth)
    {
        var largest = 0.0;
        for (var i = 0; i < predicted.Data.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(HalfDifference(predicted, truth, i)));
        }

        return largest is > 1e140 or (< 1e-140 and > 0)
            ? Math.ScaleB(1, Math.Clamp(Math.ILogB(largest), -1000, 1020))
            : 1;
    }

    // Half the difference of numbers of opposite signs does not overflow.
    private static double HalfDifference(Matrix predicted, Matrix truth, int i) =>
        (predicted.Data[i] / 2) - (truth.Data[i] / 2);

    /// <summary>The percentage of correct labels.</summary>
    /// <exception cref="ArgumentException">The numbers of labels differ.</exception>
    public static double Accuracy(IReadOnlyList<long> predicted, IReadOnlyList<long> truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        return predicted.Count == truth.Count
            ? 100.0 * predicted.Zip(truth).Count(pair => pair.First == pair.Second) / truth.Count
            : throw new ArgumentException($"Expected {predicted.Count} labels, not {truth.Count}.", nameof(truth));
    }
}
