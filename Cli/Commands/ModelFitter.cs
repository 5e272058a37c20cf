namespace HadamardNtk.Cli.Commands;

/// <summary>Fits models, in this process unless a class that inherits does it elsewhere.</summary>
internal class ModelFitter
{
    /// <summary>Fits a regression.</summary>
    internal virtual KernelRegression Regress(
        InfiniteKernel kernel, Matrix x, Matrix y, RegressionOptions options, CancellationToken stop) =>
        KernelRegression.Fit(kernel, x, y, options, stop);

    /// <summary>Fits a classifier of integers.</summary>
    internal virtual IFittedModel Classify(
        InfiniteKernel kernel, Matrix x, long[] labels, RegressionOptions options, CancellationToken stop) =>
        KernelClassifier.Fit(kernel, x, labels, options, stop);

    /// <summary>Fits a classifier of texts.</summary>
    internal virtual IFittedModel Classify(
        InfiniteKernel kernel, Matrix x, IReadOnlyList<string> labels, RegressionOptions options,
        CancellationToken stop) => KernelClassifier.Fit(kernel, x, labels, options, stop);
}
