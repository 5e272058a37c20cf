namespace HadamardNtk;

/// <summary>
/// The samples that a fitted model keeps. The kernels of new samples with them are computed in blocks. What a network's
/// kernel has to know of them is computed at the first prediction, and kept.
/// </summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Preparation">The preparation of new samples.</param>
/// <param name="Samples">The samples as the kernel sees them, n of them.</param>
/// <param name="Prepared">These samples where a network's kernel has prepared them already, otherwise null.</param>
internal sealed record FittedSamples<TSamples>(
    IKernel<TSamples> Kernel, Preparation<TSamples> Preparation, TSamples Samples, PreparedSamples? Prepared = null)
    where TSamples : class
{
    private const int BlockRows = 1024;

    private readonly KnownSamples<TSamples> _known = new(Kernel, Samples, Prepared);

    /// <summary>
    /// Calls <paramref name="take"/> for each block of the new samples with the place of its first sample, its samples
    /// as the kernel sees them, and their kernels with those of the model, m × n.
    /// </summary>
    /// <exception cref="ArgumentException">The samples are not like those of the training.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row, counted in x.</exception>
    internal void ForEach(
        TSamples x, GramOptions options, CancellationToken cancellation, Action<int, TSamples, Matrix> take) =>
        ForEach(
            x, options, (first, block) => take(first, block, Cross(block, first, options, cancellation)));

    /// <summary>The products of the kernels of new samples and those of the model with V, m × C.</summary>
    /// <inheritdoc cref="ForEach(TSamples, GramOptions, CancellationToken, Action{int, TSamples, Matrix})"/>
    internal double[] Multiply(TSamples x, Matrix v, GramOptions options, CancellationToken cancellation)
    {
        var exact = Kernel is IDistantKernel<TSamples> ? options.Exact : options.Exact with { Progress = null };
        var product = new double[Kernel.Count(x) * v.Columns];
        ForEach(x, options, (first, block) => KernelBlocks
            .Counted(first, () => _known.Multiply(block, v, exact, cancellation)).Data
            .CopyTo(product, first * v.Columns));
        return product;
    }

    /// <summary>All new samples at once as the kernel sees them, and their kernels with the model's, m × n.</summary>
    /// <inheritdoc cref="ForEach(TSamples, GramOptions, CancellationToken, Action{int, TSamples, Matrix})"/>
    internal (TSamples Samples, Matrix Cross) Whole(TSamples x, GramOptions options, CancellationToken cancellation)
    {
        Require(x);
        var prepared = Preparation.Apply(x);
        return (prepared, Cross(prepared, 0, options, cancellation));
    }

    private Matrix Cross(TSamples block, int first, GramOptions options, CancellationToken cancellation) =>
        KernelBlocks.Counted(first, () => _known.Cross(block, options with { Progress = null }, cancellation));

    // Other machines take all samples at once, and divide them themselves.
    private void ForEach(TSamples x, GramOptions options, Action<int, TSamples> take)
    {
        Require(x);
        var rows = Kernel.Count(x);
        var height = Kernel is IDistantKernel<TSamples> ? Math.Max(1, rows) : BlockRows;
        for (var first = 0; first < rows; first += height)
        {
            int[] chosen = [.. Enumerable.Range(first, Math.Min(height, rows - first))];
            take(first, Preparation.Apply(Kernel.Select(x, chosen)));
            options.Progress?.Report((first + chosen.Length) / (double)rows);
        }
    }

    private void Require(TSamples x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Preparation.RequireAlike(x, Samples);
    }
}
