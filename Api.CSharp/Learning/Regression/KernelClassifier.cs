using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>The predictions of a classifier at new samples.</summary>
/// <param name="Labels">
/// The class of each sample, which is the one with the greatest score, or the first of several.
/// </param>
/// <param name="Scores">The regression's outputs, m × classes.</param>
/// <param name="StandardDeviation">The posterior standard deviations, or null if they were not asked for.</param>
public sealed record Classification(long[] Labels, Matrix Scores, double[]? StandardDeviation);

/// <summary>Classification by kernel regression on one-hot targets minus 1/classes.</summary>
public sealed class KernelClassifier
{
    internal KernelClassifier(KernelRegression regression, long[] classes) =>
        (Regression, Classes) = (regression, classes);

    /// <summary>The regression whose outputs are the scores.</summary>
    public KernelRegression Regression { get; }

    /// <summary>The classes in ascending order, one for each output.</summary>
    public IReadOnlyList<long> Classes { get; }

    /// <summary>Fits a classifier of integer labels on the rows of x (n × d).</summary>
    /// <exception cref="ArgumentException">
    /// The numbers of rows and labels differ, or there are fewer than two classes.
    /// </exception>
    /// <inheritdoc cref="KernelRegression.Fit"/>
    public static KernelClassifier Fit(
        Network network,
        Matrix x,
        long[] labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
    {
        var classes = TrainingData.Classes(labels);
        return new(KernelRegression.Fit(network, x, Targets(labels, classes), options, cancellation), classes);
    }

    /// <summary>The classes of the rows of x.</summary>
    public Classification Predict(
        Matrix x, bool deviations = false, GramOptions? options = null, CancellationToken cancellation = default)
    {
        var prediction = deviations
            ? Regression.PredictWithDeviation(x, options, cancellation)
            : new Prediction(Regression.Predict(x, options, cancellation), []);
        var labels = Enumerable.Range(0, x.Rows).Select(i => Classes[Greatest(prediction.Mean.Row(i))]).ToArray();
        return new(labels, prediction.Mean, deviations ? prediction.StandardDeviation : null);
    }

    /// <summary>One-hot targets minus 1/classes, n × classes. A label of no class gives a row of −1/classes.</summary>
    public Matrix Targets(long[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Targets(labels, [.. Classes]);
    }

    /// <summary>Writes the model to a folder, which appears only when it is complete.</summary>
    /// <inheritdoc cref="KernelRegression.Save"/>
    public void Save(string folder, Precision precision = Precision.Float64) =>
        ModelFolder.Save(folder, Regression, Classes, precision);

    /// <summary>Reads a classifier from a folder.</summary>
    /// <exception cref="DataFormatException">
    /// The folder holds no classifier, or one of its files was changed.
    /// </exception>
    public static KernelClassifier Load(string folder) =>
        TryLoad(folder, out var classifier, out _)
            ? classifier
            : throw new DataFormatException(
                folder, "a classifier", "a regression", "load it as a regression, or fit it with labels");

    /// <summary>Reads a classifier or a regression from a folder.</summary>
    /// <param name="folder">The folder that a model was saved to.</param>
    /// <param name="classifier">The classifier, or null for a regression.</param>
    /// <param name="regression">The regression, for a classifier too.</param>
    /// <returns>Whether the model is a classifier.</returns>
    /// <exception cref="DataFormatException">The folder holds no model, or one of its files was changed.</exception>
    public static bool TryLoad(
        string folder, [NotNullWhen(true)] out KernelClassifier? classifier, out KernelRegression regression)
    {
        var stored = ModelFolder.Load(folder);
        regression = stored.Regression;
        classifier = stored.Classes is { } classes ? new(regression, classes) : null;
        return classifier is not null;
    }

    /// <summary>One-hot targets minus 1/classes.</summary>
    internal static Matrix Targets(long[] labels, long[] classes)
    {
        var targets = new double[labels.Length * classes.Length];
        Array.Fill(targets, -1.0 / classes.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            var k = Array.BinarySearch(classes, labels[i]);
            if (k >= 0)
            {
                targets[i * classes.Length + k] += 1;
            }
        }

        return new(labels.Length, classes.Length, targets);
    }

    /// <summary>The index of the greatest score, or the first of several.</summary>
    internal static int Greatest(ReadOnlySpan<double> scores)
    {
        var best = 0;
        for (var k = 1; k < scores.Length; k++)
        {
            best = scores[k] > scores[best] ? k : best;
        }

        return best;
    }
}
