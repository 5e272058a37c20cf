namespace HadamardNtk;

/// <summary>
/// Classification by regression with a network's kernel of infinite width on rows of features. It can be saved.
/// </summary>
public sealed class KernelClassifier : KernelClassifier<Matrix>, IFittedModel
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

    /// <inheritdoc/>
    public void Save(string folder, Precision precision = Precision.Float64) =>
        ModelFolder.Save(folder, Regression, Classes, precision);

    /// <summary>Reads a classifier from a folder.</summary>
    /// <exception cref="DataFormatException">
    /// The folder holds no classifier, or one of its files was changed.
    /// </exception>
    public static KernelClassifier Load(string folder) =>
        FittedModel.Load(folder) as KernelClassifier
        ?? throw new DataFormatException(
            folder, "a classifier", "a regression", "load it as a regression, or fit it with labels");
}
