namespace HadamardNtk;

/// <summary>
/// ∇_x K(x, x′), the gradient of a kernel by its first sample, and sums of such gradients. Immutable.
/// </summary>
/// <remarks>
/// A kernel depends on x by x·x/d, x·x′/d and, where the input itself meets other signals, by the average feature of x:
/// ∇_x K = (2 ∂K/∂(x·x/d) x + ∂K/∂(x·x′/d) x′ + ∂K/∂(average) 1)/d. The three derivatives are computed as a kernel is.
/// At x = x′ the terms of kinked activations that grow as the inverse of the angle are 0.
/// </remarks>
public sealed class SampleGradient
{
    // Blocks of this many rows keep a block's derivatives small beside the samples.
    private const int BlockRows = 256;

    private readonly InfiniteKernel _byNorm;
    private readonly InfiniteKernel _byProduct;
    private readonly InfiniteKernel? _byAverage;

    internal SampleGradient(InfiniteKernel byNorm, InfiniteKernel byProduct, InfiniteKernel? byAverage) =>
        (_byNorm, _byProduct, _byAverage) = (byNorm, byProduct, byAverage);

    /// <summary>The gradients of K(x, x′_j) by x at one sample x, n′ × d: one row for each x′_j.</summary>
    /// <param name="x">The sample, of d features.</param>
    /// <param name="other">The samples x′_j, n′ × d.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    /// <exception cref="KernelUndefinedException">A derivative is not finite.</exception>
    public Matrix At(ReadOnlySpan<double> x, Matrix other, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(other);
        var sample = Matrix.Wrap(x.ToArray(), 1, x.Length);
        var (norms, products) = (_byNorm.Cross(sample, other, null, cancellation),
            _byProduct.Cross(sample, other, null, cancellation));
        var averages = _byAverage?.Cross(sample, other, null, cancellation);
        var gradients = new double[other.Rows * other.Columns];
        for (var j = 0; j < other.Rows; j++)
        {
            var (own, across, all) = (2 * norms[0, j], products[0, j], averages?[0, j] ?? 0);
            var row = other.Row(j);
            for (var k = 0; k < x.Length; k++)
            {
                gradients[j * x.Length + k] = ((own * x[k]) + (across * row[k]) + all) / x.Length;
            }
        }

        return Matrix.Wrap(gradients, other.Rows, other.Columns);
    }

    /// <summary>
    /// Σ_j v_j ∇K(x_i, x′_j) by x_i for every row x_i of x, n × d. With the weights of a regression it is the gradient
    /// of the prediction.
    /// </summary>
    /// <param name="x">The samples x_i, n × d.</param>
    /// <param name="other">The samples x′_j, n′ × d.</param>
    /// <param name="v">The n′ numbers v_j.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of features differ, or v has not one number for each sample.
    /// </exception>
    /// <exception cref="KernelUndefinedException">A derivative is not finite.</exception>
    public Matrix Sum(
        Matrix x,
        Matrix other,
        ReadOnlySpan<double> v,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        if (v.Length != other.Rows)
        {
            throw new ArgumentException(
                $"Expected a number for each of the {other.Rows} samples; {v.Length} came.", nameof(v));
        }

        var weights = Matrix.Wrap(v.ToArray(), v.Length, 1);
        var weighted = Entrywise.ScaleRows(other, weights.Data);
        var gradients = new double[x.Rows * x.Columns];
        var done = new StepProgress(options?.Progress, x.Rows);
        for (var first = 0; first < x.Rows; first += BlockRows)
        {
            var rows = MatrixProducts.Rows(
                x, [.. Enumerable.Range(first, Math.Min(BlockRows, x.Rows - first))]);
            Add(rows, other, weights, weighted, gradients.AsSpan(first * x.Columns), options, cancellation);
            done.Add(rows.Rows);
        }

        return Matrix.Wrap(gradients, x.Rows, x.Columns);
    }

    private void Add(
        Matrix rows,
        Matrix other,
        Matrix weights,
        Matrix weighted,
        Span<double> gradients,
        GramOptions? options,
        CancellationToken cancellation)
    {
        options = (options ?? new()).Exact with { Progress = null };
        var workers = options.Workers(cancellation);
        Matrix Of(InfiniteKernel part) => part.Cross(rows, other, options, cancellation);
        var own = MatrixProducts.Times(Of(_byNorm), weights, workers);
        var across = MatrixProducts.Times(Of(_byProduct), weighted, workers);
        var all = _byAverage is null ? null : MatrixProducts.Times(Of(_byAverage), weights, workers);
        var d = rows.Columns;
        for (var t = 0; t < rows.Data.Length; t++)
        {
            var i = t / d;
            gradients[t] = ((2 * own.Data[i] * rows.Data[t]) + across.Data[t] + (all?.Data[i] ?? 0)) / d;
        }
    }
}
