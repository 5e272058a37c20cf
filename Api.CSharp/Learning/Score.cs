namespace HadamardNtk;

/// <summary>How good predictions are.</summary>
public static class Score
{
    /// <summary>√(mean squared difference) over all rows and outputs.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double Rmse(Matrix predicted, Matrix truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Rows != truth.Rows || predicted.Columns != truth.Columns)
        {
            throw new ArgumentException($"Expected {predicted.Rows} x {predicted.Columns} targets, not {truth.Rows} x {truth.Columns}.", nameof(truth));
        }

        var sum = 0.0;
        for (var i = 0; i < predicted.Data.Length; i++)
        {
            var e = predicted.Data[i] - truth.Data[i];
            sum += e * e;
        }

        return Math.Sqrt(sum / predicted.Data.Length);
    }

    /// <summary>The percentage of labels that are right.</summary>
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
