namespace HadamardNtk;

/// <summary>
/// Computes with a kernel whose matrix is made in blocks of rows, for kernels that have no better way.
/// </summary>
internal static class KernelBlocks
{
    /// <summary>The most entries of a block.</summary>
    private const long Entries = 1 << 22;

    /// <summary>Computes K V.</summary>
    /// <exception cref="ArgumentException">V does not fit.</exception>
    internal static Matrix Multiply<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        Matrix v,
        TSamples? other,
        GramOptions options,
        CancellationToken cancellation)
        where TSamples : class
    {
        var (rows, columns) = (kernel.Count(x), kernel.Count(other ?? x));
        ProductFactor.Require(v, rows, columns);
        var product = new double[rows * v.Columns];
        var workers = options.Workers(cancellation);
        ForEach(kernel, x, other ?? x, options, cancellation, (first, block) =>
            MatrixProducts.Times(block, v, workers).Data.CopyTo(product, first * v.Columns));
        return ProductFactor.RequireFinite(Matrix.Wrap(product, rows, v.Columns));
    }

    /// <summary>Computes K and gives it to a sink.</summary>
    internal static void Compute<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        TSamples? other,
        IGramSink sink,
        GramOptions options,
        CancellationToken cancellation)
        where TSamples : class =>
        ForEach(kernel, x, other ?? x, options, cancellation, (first, block) =>
        {
            var tile = new GramTile(first, 0, block.Rows, block.Columns);
            if (options.Precision == Precision.Float64)
            {
                sink.Write<double>(tile, block.Data, block.Columns);
            }
            else
            {
                for (var i = 0; i < block.Rows; i++)
                {
                    WholeSink.RequireSingle(block.Row(i), first + i);
                }

                sink.Write<float>(tile, Array.ConvertAll(block.Data, value => (float)value), block.Columns);
            }
        });

    private static void ForEach<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        TSamples other,
        GramOptions options,
        CancellationToken cancellation,
        Action<int, Matrix> take)
        where TSamples : class
    {
        var (rows, columns) = (kernel.Count(x), kernel.Count(other));
        var height = (int)Math.Clamp(Entries / Math.Max(1, columns), 1, Math.Max(1, rows));
        for (var first = 0; first < rows; first += height)
        {
            int[] chosen = [.. Enumerable.Range(first, Math.Min(height, rows - first))];
            take(first, Cross(kernel, kernel.Select(x, chosen), first, other, options, cancellation));
            options.Progress?.Report((first + chosen.Length) / (double)rows);
        }
    }

    /// <summary>The kernels between a block of samples and others.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="block">The block.</param>
    /// <param name="first">The place of its first sample among those that a message counts.</param>
    /// <param name="other">The other samples.</param>
    /// <param name="options">The options, of which the precision and the progress are not used.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    internal static Matrix Cross<TSamples>(
        IKernel<TSamples> kernel,
        TSamples block,
        int first,
        TSamples other,
        GramOptions options,
        CancellationToken cancellation)
        where TSamples : class =>
        Counted(first, () => kernel.Cross(block, other, options.Exact with { Progress = null }, cancellation));

    /// <summary>The result of a block whose first row is this one among those that a message counts.</summary>
    internal static Matrix Counted(int first, Func<Matrix> compute)
    {
        try
        {
            return compute();
        }
        catch (KernelUndefinedException e)
        {
            throw e.Moved(first);
        }
    }
}
