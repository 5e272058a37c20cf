using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>What a classifier says of new samples.</summary>
/// <param name="Labels">The class of each, the one with the greatest score (the first of equals).</param>
/// <param name="Scores">The regression's outputs, m × classes.</param>
/// <param name="StandardDeviation">The posterior standard deviations, if they were asked for.</param>
public sealed record Classification(long[] Labels, Matrix Scores, double[]? StandardDeviation);

/// <summary>Classification by kernel regression on one-hot targets minus 1/classes.</summary>
public sealed class KernelClassifier
{
    internal KernelClassifier(KernelRegression regression, long[] classes) => (Regression, Classes) = (regression, classes);

    /// <summary>The regression behind it.</summary>
    public KernelRegression Regression { get; }

    /// <summary>The classes in ascending order, one an output.</summary>
    public IReadOnlyList<long> Classes { get; }

    /// <summary>Fits a classifier of integer labels on the rows of x (n × d).</summary>
    /// <exception cref="ArgumentException">The numbers of rows and labels differ, or there are fewer than two classes.</exception>
    /// <inheritdoc cref="KernelRegression.Fit"/>
    public static KernelClassifier Fit(
        Network network, Matrix x, long[] labels, RegressionOptions? options = null, CancellationToken cancellation = default)
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

    /// <summary>One-hot targets minus 1/classes, n × classes; a label of another class is −1/classes everywhere.</summary>
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
    /// <exception cref="DataFormatException">The folder is no classifier, or one of its files was changed.</exception>
    public static KernelClassifier Load(string folder) =>
        TryLoad(folder, out var classifier, out _)
            ? classifier
            : throw new DataFormatException(folder, "a classifier", "a regression", "load it as a regression, or fit it with labels");

    /// <summary>Reads a model from a folder, whichever it is.</summary>
    /// <param name="folder">The folder that a model was saved to.</param>
    /// <param name="classifier">The classifier, if it is one.</param>
    /// <param name="regression">The regression, in any case.</param>
    /// <returns>Whether it is a classifier.</returns>
    /// <exception cref="DataFormatException">The folder is no model, or one of its files was changed.</exception>
    public static bool TryLoad(string folder, [NotNullWhen(true)] out KernelClassifier? classifier, out KernelRegression regression)
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

    /// <summary>Where the greatest score is, the first of equals.</summary>
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
