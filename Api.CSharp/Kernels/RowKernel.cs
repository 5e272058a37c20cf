namespace HadamardNtk;

/// <summary>
/// A kernel on rows of features. A class that inherits gives the Gram matrix, the kernels between two sets of rows, and
/// the diagonal; the rest is here.
/// </summary>
public abstract class RowKernel : IKernel<Matrix>
{
    /// <inheritdoc/>
    public int Count(Matrix samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Rows;
    }

    /// <inheritdoc/>
    public Matrix Select(Matrix samples, ReadOnlySpan<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return MatrixProducts.Rows(samples, chosen);
    }

    /// <inheritdoc/>
    public abstract Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract double[] Diagonal(Matrix x, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public virtual Matrix Multiply(
        Matrix x,
        Matrix v,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        return KernelBlocks.Multiply(this, x, v, other, options ?? new(), cancellation);
    }
}
