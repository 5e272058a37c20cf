namespace HadamardNtk;

/// <summary>
/// The classes that a classifier predicts for the test rows of a split, for each value of C or of the ridge.
/// </summary>
internal delegate IEnumerable<long[]> UciGrid(
    SplitKernels kernels, double[] regularizations, GramOptions options, CancellationToken cancellation);

/// <summary>The classifiers of the UCI protocol with their values of C or of the ridge.</summary>
internal static class UciGrids
{
    private static readonly double[] Costs = [1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4];
    private static readonly double[] Ridges = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1];

    internal static (UciGrid Predict, double[] Regularizations) Of(UciClassifier classifier) => classifier switch
    {
        UciClassifier.SupportVectors => (SupportVectors, Costs),
        UciClassifier.Ridge => (Regressions, Ridges),
        _ => throw new ArgumentOutOfRangeException(nameof(classifier), classifier, "Expected SupportVectors or Ridge."),
    };

    private static IEnumerable<long[]> SupportVectors(
        SplitKernels kernels, double[] costs, GramOptions options, CancellationToken cancellation) =>
        SupportVectorMachine.Fit(
                kernels.Kernel, kernels.Split.Training, kernels.Labels, costs, new() { Gram = options }, cancellation)
            .Select(machine => machine.Predict(kernels.Split.Test, options, cancellation));

    private static IEnumerable<long[]> Regressions(
        SplitKernels kernels, double[] ridges, GramOptions options, CancellationToken cancellation) =>
        ridges.Select(ridge => Regression(
            kernels, new() { Ridge = Ridge.Relative(ridge), Gram = options, IsScored = false }, cancellation));

    // Targets are one-hot minus 1/classes. The class of a test row is the one with the greatest score.
    private static long[] Regression(
        SplitKernels kernels, RegressionOptions options, CancellationToken cancellation)
    {
        var targets = OneHot.Targets(kernels.Labels, kernels.Classes);
        var model = KernelRegression.Fit(kernels.Kernel, kernels.Split.Training, targets, options, cancellation);
        var scores = model.Predict(kernels.Split.Test, options: options.Gram, cancellation: cancellation);
        return [.. OneHot.Classes(scores.Mean)];
    }
}
