namespace HadamardNtk;

/// <summary>
/// The Gram matrices of folds. They are parts of one matrix unless rows are centered, since the mean depends on the
/// fold.
/// </summary>
internal sealed class FoldKernels
{
    private readonly InfiniteKernel _kernel;
    private readonly Matrix _x;
    private readonly bool _unit;
    private readonly GramOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly Matrix? _whole;

    internal FoldKernels(
        InfiniteKernel kernel, Matrix x, ComparisonOptions options, CancellationToken cancellation)
    {
        (_kernel, _x, _unit, _cancellation) = (kernel, x, options.Unit, cancellation);
        _options = options.Gram.Exact with { Progress = null };
        _whole = options.Center
            ? null
            : kernel.Gram(RowTransform.Learn(x, center: false, _unit).Apply(x), _options, cancellation);
    }

    /// <summary>The kernels of the training samples, and those of the test samples with them.</summary>
    internal (Matrix Gram, Matrix Cross) Of(Split split)
    {
        if (_whole is not null)
        {
            return (
                SubMatrix.Of(_whole, split.Training, split.Training), SubMatrix.Of(_whole, split.Test, split.Training));
        }

        var (training, test) = (MatrixProducts.Rows(_x, split.Training), MatrixProducts.Rows(_x, split.Test));
        var transform = RowTransform.Learn(training, center: true, _unit);
        training = transform.Apply(training);
        return (
            _kernel.Gram(training, _options, _cancellation),
            _kernel.Cross(transform.Apply(test), training, _options, _cancellation));
    }
}
