namespace HadamardNtk;

/// <summary>
/// The samples that a fitted model keeps. The kernels of new rows with them are computed for a block of rows at a time.
/// </summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Kind">The kind of kernel: NTK or NNGP.</param>
/// <param name="Transform">The transform that is applied to new rows.</param>
/// <param name="Samples">The transformed samples, n × d.</param>
internal sealed record FittedRows(Kernel Kernel, KernelKind Kind, RowTransform Transform, Matrix Samples)
{
    private const int BlockRows = 1024;

    /// <summary>
    /// Calls <paramref name="take"/> for each block of the rows of x with its first row, its rows as the kernel sees
    /// them, and their kernels with the samples, m × n.
    /// </summary>
    /// <exception cref="ArgumentException">The rows have another number of features than the samples.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row, counted in x.</exception>
    internal void ForEach(
        Matrix x, GramOptions options, CancellationToken cancellation, Action<int, Matrix, Matrix> take)
    {
        RequireFeatures(x);
        for (var first = 0; first < x.Rows; first += BlockRows)
        {
            var block = Transform.Apply(x.SelectRows(first, Math.Min(BlockRows, x.Rows - first)));
            take(first, block, Cross(block, first, options with { Progress = null }, cancellation));
            options.Progress?.Report((first + block.Rows) / (double)x.Rows);
        }
    }

    /// <summary>All rows of x at once as the kernel sees them, and their kernels with the samples, m × n.</summary>
    /// <inheritdoc cref="ForEach"/>
    internal (Matrix Rows, Matrix Cross) Whole(Matrix x, GramOptions options, CancellationToken cancellation)
    {
        RequireFeatures(x);
        var rows = Transform.Apply(x);
        return (rows, Cross(rows, 0, options with { Progress = null }, cancellation));
    }

    private Matrix Cross(Matrix block, int first, GramOptions options, CancellationToken cancellation)
    {
        try
        {
            return Kernel.Cross(block, Samples, Kind, options.Exact, cancellation).Values;
        }
        catch (KernelUndefinedException e)
        {
            throw e.Moved(first);
        }
    }

    private void RequireFeatures(Matrix x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Columns != Samples.Columns)
        {
            throw new ArgumentException(
                $"Expected {Samples.Columns} features, as in training; the samples have {x.Columns}.", nameof(x));
        }
    }
}
