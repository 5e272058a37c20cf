namespace HadamardNtk;

/// <summary>
/// The samples that a fitted model keeps. The kernels of new samples with them are computed in blocks.
/// </summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Preparation">The preparation of new samples.</param>
/// <param name="Samples">The prepared samples, n of them.</param>
internal sealed record FittedSamples<TSamples>(
    IKernel<TSamples> Kernel, Preparation<TSamples> Preparation, TSamples Samples)
    where TSamples : class
{
    private const int BlockRows = 1024;

    /// <summary>
    /// Calls <paramref name="take"/> for each block of the new samples with the place of its first sample, its samples
    /// as the kernel sees them, and their kernels with those of the model, m × n.
    /// </summary>
    /// <exception cref="ArgumentException">The samples are not like those of the training.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row, counted in x.</exception>
    internal void ForEach(
        TSamples x, GramOptions options, CancellationToken cancellation, Action<int, TSamples, Matrix> take)
    {
        Require(x);
        var rows = Kernel.Count(x);
        for (var first = 0; first < rows; first += BlockRows)
        {
            int[] chosen = [.. Enumerable.Range(first, Math.Min(BlockRows, rows - first))];
            var block = Preparation.Apply(Kernel.Select(x, chosen));
            take(first, block, Cross(block, first, options, cancellation));
            options.Progress?.Report((first + chosen.Length) / (double)rows);
        }
    }

    /// <summary>All new samples at once as the kernel sees them, and their kernels with the model's, m × n.</summary>
    /// <inheritdoc cref="ForEach"/>
    internal (TSamples Samples, Matrix Cross) Whole(TSamples x, GramOptions options, CancellationToken cancellation)
    {
        Require(x);
        var prepared = Preparation.Apply(x);
        return (prepared, Cross(prepared, 0, options, cancellation));
    }

    private Matrix Cross(TSamples block, int first, GramOptions options, CancellationToken cancellation) =>
        KernelBlocks.Cross(Kernel, block, first, Samples, options, cancellation);

    private void Require(TSamples x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Preparation.RequireAlike(x, Samples);
    }
}
