namespace HadamardNtk;

/// <summary>The predictions of a classifier at new samples.</summary>
/// <param name="Labels">
/// The class of each sample, which is the one with the greatest score, or the first of several.
/// </param>
/// <param name="Scores">The regression's outputs, m × classes.</param>
/// <param name="StandardDeviation">The posterior standard deviations, or null if they were not asked for.</param>
public sealed record Classification(long[] Labels, Matrix Scores, double[]? StandardDeviation);

/// <summary>Classification by kernel regression on one-hot targets minus 1/classes.</summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
public abstract class KernelClassifier<TSamples> where TSamples : class
{
    private readonly KernelRegression<TSamples> _regression;

    private protected KernelClassifier(KernelRegression<TSamples> regression, long[] classes) =>
        (_regression, Classes) = (regression, classes);

    internal static KernelClassifier<TSamples> Of(KernelRegression<TSamples> regression, long[] classes) =>
        new OfAny(regression, classes);

    /// <summary>The regression whose outputs are the scores.</summary>
    public virtual KernelRegression<TSamples> Regression => _regression;

    /// <summary>The classes in ascending order, one for each output.</summary>
    public IReadOnlyList<long> Classes { get; }

    /// <summary>The classes of new samples.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="deviations">Whether standard deviations are computed.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="KernelRegression{TSamples}.PredictWithDeviation"/>
    public Classification Predict(
        TSamples x, bool deviations = false, GramOptions? options = null, CancellationToken cancellation = default)
    {
        var prediction = deviations
            ? Regression.PredictWithDeviation(x, options, cancellation)
            : new Prediction(Regression.Predict(x, options, cancellation), []);
        var labels = OneHot.Classes(prediction.Mean).Select(k => Classes[k]).ToArray();
        return new(labels, prediction.Mean, deviations ? prediction.StandardDeviation : null);
    }

    /// <summary>One-hot targets minus 1/classes, n × classes. A label of no class gives a row of −1/classes.</summary>
    public Matrix Targets(long[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return OneHot.Targets(labels, [.. Classes]);
    }

    private sealed class OfAny(KernelRegression<TSamples> regression, long[] classes)
        : KernelClassifier<TSamples>(regression, classes);
}
