namespace HadamardNtk;

/// <summary>What is predicted, and how predictions are scored.</summary>
internal abstract class ComparisonTask
{
    /// <summary>The name of the score.</summary>
    internal abstract ComparisonMetric Metric { get; }

    /// <summary>Requires one target for each sample.</summary>
    /// <exception cref="ArgumentException">There are more or fewer, or they cannot be used.</exception>
    internal abstract void Require(int samples);

    /// <summary>The places of the samples in the order in which they are dealt to the folds.</summary>
    internal virtual int[] Dealt(int[] order) => order;

    /// <summary>The targets of some samples.</summary>
    internal abstract Matrix Targets(int[] places);

    /// <summary>The score of predictions at some samples.</summary>
    internal abstract double Score(Matrix predicted, int[] places);

    /// <summary>The number of wrong classes, by which a ridge is chosen first; 0 where there are no classes.</summary>
    internal virtual int Wrong(Matrix predicted, int[] places) => 0;
}

/// <summary>Numbers that are predicted, scored by the root mean square error.</summary>
internal sealed class TargetTask(Matrix y) : ComparisonTask
{
    internal override ComparisonMetric Metric => ComparisonMetric.Rmse;

    internal override void Require(int samples)
    {
        if (y.Rows != samples || y.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected targets for each of the {samples} samples; they are {y.Rows} x {y.Columns}.", nameof(y));
        }

        TrainingData.RequireFinite(y, "target", nameof(y));
    }

    internal override Matrix Targets(int[] places) => MatrixProducts.Rows(y, places);

    internal override double Score(Matrix predicted, int[] places) => Metrics.Rmse(predicted, Targets(places));
}

/// <summary>Classes that are predicted, scored by the accuracy in percent.</summary>
internal sealed class LabelTask(long[] labels) : ComparisonTask
{
    private readonly long[] _classes = TrainingData.Classes(labels);

    internal override ComparisonMetric Metric => ComparisonMetric.Accuracy;

    internal override void Require(int samples)
    {
        if (labels.Length != samples)
        {
            throw new ArgumentException(
                $"Expected a label for each of the {samples} samples; there are {labels.Length}.", nameof(labels));
        }
    }

    // Samples of one class follow one another, so that each fold gets as many of them.
    internal override int[] Dealt(int[] order) => [.. order.OrderBy(place => labels[place])];

    internal override Matrix Targets(int[] places) => OneHot.Targets(Of(places), _classes);

    internal override double Score(Matrix predicted, int[] places) => Metrics.Accuracy(Classes(predicted), Of(places));

    internal override int Wrong(Matrix predicted, int[] places) =>
        Classes(predicted).Zip(Of(places)).Count(pair => pair.First != pair.Second);

    private long[] Of(int[] places) => Array.ConvertAll(places, place => labels[place]);

    private long[] Classes(Matrix predicted) => [.. OneHot.Classes(predicted).Select(k => _classes[k])];
}
