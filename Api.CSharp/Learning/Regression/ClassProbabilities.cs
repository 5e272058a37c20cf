using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The probabilities of classes at new samples, computed when they are first asked for, and kept.</summary>
/// <param name="find">What computes them, m × classes.</param>
internal sealed class ClassProbabilities(Func<Watch, Matrix> find)
{
    private Matrix? _all;

    /// <summary>Those of a prediction, or null where it has no deviations.</summary>
    /// <param name="posterior">The scores of the classes with their deviations.</param>
    /// <param name="scales">Finds the estimated scale of each class.</param>
    /// <param name="workers">The threads.</param>
    internal static ClassProbabilities? Of(
        Prediction posterior, Func<CancellationToken, double[]> scales, Func<CancellationToken, Workers> workers) =>
        posterior.Spread is { } spread
            ? new(watch => Of(
                posterior.Mean, spread with { Scales = scales(watch.Cancellation) }, workers(watch.Cancellation),
                watch.Progress))
            : null;

    /// <summary>The probabilities of a prediction that has them.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    internal static Matrix Required(ClassProbabilities? known, Watch watch) =>
        known?.All(watch) ?? throw new InvalidOperationException(
            "Expected a classification by a kernel's model with Uncertainty.Deviation; this one has no deviations. "
            + "Predict with Uncertainty.Deviation.");

    // Two threads that come first find the same numbers.
    private Matrix All(Watch watch)
    {
        var all = _all ??= find(watch);
        watch.Progress?.Report(1);
        return all;
    }

    private static Matrix Of(Matrix mean, PosteriorSpread spread, Workers workers, IProgress<double>? progress)
    {
        var deviations = spread.Deviations(PredictionNoise.Included);
        var all = new double[mean.Data.Length];
        workers.For(
            mean.Rows,
            row =>
            {
                var i = (int)row;
                var found = ClassProbability.ofLatents(mean.Row(i).ToArray(), deviations.Row(i).ToArray());
                found.CopyTo(all, i * mean.Columns);
            },
            progress);
        return Matrix.Wrap(all, mean.Rows, mean.Columns);
    }
}
