using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>
/// Classification by regression with a network's kernel of infinite width on rows of features. It can be saved.
/// </summary>
public sealed class KernelClassifier : KernelClassifier<Matrix>
{
    private readonly KernelRegression _regression;

    internal KernelClassifier(KernelRegression regression, long[] classes) : base(regression, classes) =>
        _regression = regression;

    /// <summary>The regression whose outputs are the scores.</summary>
    public override KernelRegression Regression => _regression;

    /// <summary>Fits a classifier of integer labels on n samples.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Ridge, solver, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of samples and labels differ, or there are fewer than two classes.
    /// </exception>
    /// <inheritdoc cref="KernelRegression.Fit{TSamples}"/>
    public static KernelClassifier<TSamples> Fit<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        long[] labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        var classes = TrainingData.Classes(labels);
        return KernelClassifier<TSamples>.Of(
            KernelRegression.Fit(kernel, x, OneHot.Targets(labels, classes), options, cancellation), classes);
    }

    /// <summary>Fits a classifier of integer labels on the rows of x (n × d).</summary>
    /// <inheritdoc cref="Fit{TSamples}"/>
    public static KernelClassifier Fit(
        InfiniteKernel kernel,
        Matrix x,
        long[] labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
    {
        var classes = TrainingData.Classes(labels);
        return new(KernelRegression.Fit(kernel, x, OneHot.Targets(labels, classes), options, cancellation), classes);
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
}
