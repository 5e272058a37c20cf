namespace HadamardNtk;

public sealed partial class InfiniteKernel
{
    /// <summary>
    /// Prepares samples for Gram matrices with many other sets of samples, so that each need not prepare them again.
    /// The samples are copied. They serve both kernels of the network.
    /// </summary>
    /// <param name="x">The samples, n × d, one a row.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">There are no samples or no features.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled.</exception>
    /// <example><code>
    /// var known = kernel.Prepare(x);
    /// Matrix one = kernel.Cross(points, known), other = kernel.Cross(others, known);
    /// </code></example>
    public PreparedSamples Prepare(Matrix x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rows == 0 || x.Columns == 0)
        {
            throw new ArgumentException("Expected at least one sample with at least one feature.", nameof(x));
        }

        var prepared = Keep(x.SelectRows(0, x.Rows));
        if (Program.Positions is null)
        {
            prepared.Set(new Workers(Environment.ProcessorCount, cancellation));
        }

        return prepared;
    }

    /// <summary>Prepared samples that nobody changes, of which no copy is needed.</summary>
    internal PreparedSamples Keep(Matrix x) => new(Program, x);

    /// <summary>
    /// Computes the Gram matrix of prepared samples, with the bits of that of the samples themselves.
    /// </summary>
    /// <param name="x">The samples.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">A kernel of another network prepared the samples.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public Matrix Gram(PreparedSamples x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Compute(Request(x, null, nameof(x), options), options, cancellation);

    /// <summary>
    /// Computes the kernels between the rows of x and prepared samples, with the bits of those with the samples
    /// themselves.
    /// </summary>
    /// <param name="x">The samples of the rows of the result, m × d.</param>
    /// <param name="other">The samples of its columns, n of them.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <returns>The kernels, m × n.</returns>
    /// <exception cref="ArgumentException">
    /// The numbers of features differ, or a kernel of another network prepared the samples.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public Matrix Cross(
        Matrix x, PreparedSamples other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Compute(Request(other, x, nameof(other), options), options, cancellation);
    }

    /// <summary>
    /// Computes K V without storing K, where K are the kernels between the rows of x and prepared samples. Its bits are
    /// those of the product with the samples themselves.
    /// </summary>
    /// <param name="x">The samples of the rows of K, m × d.</param>
    /// <param name="other">The samples of the columns of K, n of them.</param>
    /// <param name="v">V, which has one row for each prepared sample, and any number of columns.</param>
    /// <param name="options">The backend, threads, precision and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// V does not fit, the numbers of features differ, or a kernel of another network prepared the samples.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">K V is not finite at a row.</exception>
    public Matrix Multiply(
        Matrix x,
        PreparedSamples other,
        Matrix v,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        return Multiply(Request(other, x, nameof(other), options), v, options ?? new(), cancellation);
    }

    /// <summary>Gives the Gram matrix of prepared samples to a sink in tiles.</summary>
    internal void Compute(
        PreparedSamples x, IGramSink sink, GramOptions options, CancellationToken cancellation) =>
        (options.Backend ?? Backends.Default).Compute(
            Request(x, null, nameof(x), options), sink, options, cancellation);

    /// <summary>All on which the bits of the Gram matrix depend.</summary>
    internal RunDescription Describe(Matrix x, GramOptions options) => ResumableGram.Describe(
        new(Program, x, null, Kind, options.Precision), options.Backend ?? Backends.Default);

    /// <summary>K V of the Gram matrix of prepared samples.</summary>
    internal Matrix Multiply(PreparedSamples x, Matrix v, GramOptions options, CancellationToken cancellation) =>
        Multiply(Request(x, null, nameof(x), options), v, options, cancellation);

    /// <summary>Requires that a kernel of this network has prepared the samples.</summary>
    internal void RequireOwn(PreparedSamples prepared, string name)
    {
        ArgumentNullException.ThrowIfNull(prepared, name);
        if (prepared.Program != Program)
        {
            throw new ArgumentException(
                $"Expected samples that this kernel of {Network} prepared; one of {prepared.Network} prepared them. "
                + "Prepare them by this kernel, or by the other kernel of the same object.",
                name);
        }
    }

    private GramRequest Request(PreparedSamples prepared, Matrix? x, string name, GramOptions? options)
    {
        RequireOwn(prepared, name);
        return new(prepared, x, Kind, options?.Precision ?? Precision.Float64);
    }
}
