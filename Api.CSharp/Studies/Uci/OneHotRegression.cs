namespace HadamardNtk;

/// <summary>
/// Classification by kernel ridge regression on one-hot targets minus 1/classes, with kernels that are given.
/// </summary>
internal static class OneHotRegression
{
    /// <summary>The class with the greatest score for each test row, or the first of several.</summary>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite.</exception>
    internal static long[] Predict(SplitKernels kernels, Ridge ridge, Workers workers)
    {
        var (n, classes) = (kernels.Training.Rows, kernels.Classes);
        long[] all = [.. Enumerable.Range(0, classes)];
        var gram = new Matrix(n, n, (double[])kernels.Training.Data.Clone());
        var weights = new RidgeSystem(gram, ridge.For(kernels.Training), workers)
            .Solve(KernelClassifier.Targets(kernels.Labels, all), workers);
        return
        [
            .. MatrixProducts.Times(kernels.Cross, weights, workers).Data.Chunk(classes)
                .Select(row => (long)KernelClassifier.Greatest(row)),
        ];
    }
}
