namespace HadamardNtk;

/// <summary>
/// Classification by regression on a given Gram matrix. It predicts from given kernels of new samples with the training
/// samples. It can be saved. Immutable.
/// </summary>
public sealed class GramClassifier : KernelClassifier<IReadOnlyList<int>>
{
    private readonly GramRegression _regression;

    internal GramClassifier(GramRegression regression, long[] classes) : base(regression, classes) =>
        _regression = regression;

    /// <summary>The regression whose outputs are the scores.</summary>
    public override GramRegression Regression => _regression;

    /// <summary>The classes of m new samples.</summary>
    /// <inheritdoc cref="GramRegression.Predict(Matrix, double[], GramOptions, CancellationToken)"/>
    public Classification Predict(
        Matrix cross,
        double[]? diagonal = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Classified(Regression.Predict(cross, diagonal, options, cancellation), options ?? new());

    /// <summary>The classes of m new samples, whose kernels are read from a file block by block.</summary>
    /// <inheritdoc cref="GramRegression.Predict(GramMatrix, double[], GramOptions, CancellationToken)"/>
    public Classification Predict(
        GramMatrix cross,
        double[]? diagonal = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Classified(Regression.Predict(cross, diagonal, options, cancellation), options ?? new());

    /// <summary>Writes the model to a folder, which appears only when it is complete.</summary>
    /// <inheritdoc cref="GramRegression.Save"/>
    public void Save(
        string folder,
        bool withGram = true,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        GramModelFolder.Save(folder, Regression, Classes, withGram, new(progress, cancellation));

    /// <summary>Reads a classifier from a folder.</summary>
    /// <param name="folder">The folder that the model was saved to.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no classifier of this kind, or one of its files was changed.
    /// </exception>
    public static GramClassifier Load(
        string folder, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        GramModelFolder.Load(folder, new(progress, cancellation)).Classifier
        ?? throw new DataFormatException(
            folder, "a classifier", "a regression", "load it as a regression, or fit it with labels");

    internal static GramClassifier Fit(
        PrecomputedKernel kernel,
        GramOrigin origin,
        long[] labels,
        RegressionOptions options,
        CancellationToken cancellation)
    {
        var classes = TrainingData.Classes(labels);
        var targets = OneHot.Targets(labels, classes);
        return new(
            GramRegression.Fit(kernel, origin, targets, options.Stratified(labels), cancellation),
            classes);
    }
}
