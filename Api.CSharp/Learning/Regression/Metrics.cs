namespace HadamardNtk;

/// <summary>Measures the quality of predictions.</summary>
/// <example><code>
/// double rmse = Metrics.Rmse(model.Predict(points).Mean, targets);
/// double coverage = Metrics.Coverage(model.Predict(points, Uncertainty.Deviation).Interval(0.95), targets);
/// </code></example>
public static partial class Metrics
{
    /// <summary>√(mean squared difference) over all rows and outputs.</summary>
    /// <param name="predicted">The predictions, n × C.</param>
    /// <param name="truth">The true targets, n × C.</param>
    /// <exception cref="ArgumentException">The shapes differ, or there is no number.</exception>
    /// <exception cref="ArithmeticException">The result is beyond float64.</exception>
    public static double Rmse(Matrix predicted, Matrix truth)
    {
        RequireAlike(predicted, truth);
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

    /// <summary>
    /// 1 − Σ (y − f)²/Σ (y − ȳ)² of each output, the mean over outputs: 1 for perfect predictions, 0 for those of the
    /// mean ȳ of the truth. NaN if all true targets of an output are equal.
    /// </summary>
    /// <inheritdoc cref="Rmse"/>
    public static double R2(Matrix predicted, Matrix truth)
    {
        RequireAlike(predicted, truth);
        var means = ColumnMeans.Of(truth);
        return Enumerable.Range(0, truth.Columns).Average(c =>
        {
            Matrix Single(double[] column) => Matrix.Wrap(column, truth.Rows, 1);
            var y = Single(truth.Column(c));
            var spread = Rmse(Single([.. y.Data.Select(_ => means[c])]), y);
            var part = spread > 0 ? Rmse(Single(predicted.Column(c)), y) / spread : double.NaN;
            return 1 - part * part;
        });
    }

    /// <summary>The percentage of true targets that lie in their intervals, ends included, over all outputs.</summary>
    /// <param name="interval">The intervals, n × C.</param>
    /// <param name="truth">The true targets, n × C.</param>
    /// <exception cref="ArgumentException">The shapes differ, or there is no number.</exception>
    public static double Coverage(PredictionInterval interval, Matrix truth)
    {
        ArgumentNullException.ThrowIfNull(interval);
        RequireAlike(interval.Lower, truth);
        RequireAlike(interval.Upper, truth);
        var (lower, upper) = (interval.Lower.Data, interval.Upper.Data);
        return 100.0 * truth.Data.Where((y, t) => lower[t] <= y && y <= upper[t]).Count() / truth.Data.Length;
    }

    /// <summary>
    /// The mean over rows and outputs of log N(y; f, s²(v + r)), the density of each true target by itself, with the
    /// noise. NaN if a deviation is 0, where there is no density.
    /// </summary>
    /// <param name="prediction">The prediction at n samples, with deviations.</param>
    /// <param name="truth">The true targets, n × C.</param>
    /// <exception cref="ArgumentException">The shapes differ, or there is no number.</exception>
    /// <exception cref="InvalidOperationException">The prediction was made without deviations.</exception>
    public static double LogDensity(Prediction prediction, Matrix truth)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        RequireAlike(prediction.Mean, truth);
        var deviations = prediction.Deviations(PredictionNoise.Included).Data;
        var sum = 0.0;
        for (var t = 0; t < truth.Data.Length; t++)
        {
            var error = (truth.Data[t] / deviations[t]) - (prediction.Mean.Data[t] / deviations[t]);
            sum -= deviations[t] > 0 ? (error * error / 2) + Math.Log(deviations[t]) : double.NaN;
        }

        return (sum / truth.Data.Length) - (Math.Log(2 * Math.PI) / 2);
    }

    private static void RequireAlike(Matrix predicted, Matrix truth)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        if (predicted.Rows != truth.Rows || predicted.Columns != truth.Columns)
        {
            throw new ArgumentException(
                $"Expected {predicted.Rows} x {predicted.Columns} targets, not {truth.Rows} x {truth.Columns}.",
                nameof(truth));
        }

        RequireSome(truth.Data.Length);
    }

    private static void RequireSome(int count)
    {
        if (count == 0)
        {
            throw new ArgumentException("Expected at least one sample with a target; there is none.", "truth");
        }
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
    /// <param name="predicted">The labels that were predicted.</param>
    /// <param name="truth">The true labels.</param>
    /// <exception cref="ArgumentException">The numbers of labels differ, or there is none.</exception>
    public static double Accuracy(IReadOnlyList<long> predicted, IReadOnlyList<long> truth) =>
        Accuracy<long>(predicted, truth);

    /// <summary>The percentage of correct labels of any type.</summary>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="predicted">The labels that were predicted.</param>
    /// <param name="truth">The true labels.</param>
    /// <exception cref="ArgumentException">The numbers of labels differ, or there is none.</exception>
    public static double Accuracy<TLabel>(IReadOnlyList<TLabel> predicted, IReadOnlyList<TLabel> truth)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(truth);
        RequireSome(truth.Count);
        return predicted.Count == truth.Count
            ? 100.0 * predicted.Zip(truth).Count(pair => pair.First.Equals(pair.Second)) / truth.Count
            : throw new ArgumentException($"Expected {predicted.Count} labels, not {truth.Count}.", nameof(truth));
    }
}
