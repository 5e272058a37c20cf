namespace HadamardNtk;

/// <summary>The largest deviation of a mean of kernels from a limit.</summary>
/// <param name="Row">The row of the entry, counted from 0.</param>
/// <param name="Column">The column of the entry, counted from 0.</param>
/// <param name="StandardErrors">
/// |mean − limit| at the entry over its standard error. It is infinite where all seeds agree with one another and not
/// with the limit.
/// </param>
public readonly record struct KernelDeviation(int Row, int Column, double StandardErrors);

/// <summary>
/// The mean of Gram matrices K_1, ..., K_S of independent seeds and its standard error, entry by entry:
/// mean = 1/S Σ K_s and SE² = 1/(S(S−1)) Σ (K_s − mean)². Both are n × n′, and symmetric to the last bit where all K_s
/// are. Immutable.
/// </summary>
/// <remarks>
/// The matrices are added up as they come (Welford 1962), so that three of them are in memory at a time, and never S.
/// For empirical kernels E Θ_m differs from the kernel of infinite width by O(1/m), which standard errors do not show:
/// with enough seeds every finite width deviates from the limit. Source: docs/mathematics.md, section 6.
/// </remarks>
/// <example><code>
/// var average = KernelAverage.Of([1, 2, 3, 4], seed =>
///     FiniteNetwork.Create(network, width: 512, features: x.Columns, seed).Ntk().Gram(x));
/// var deviation = average.Deviation(network.Ntk().Gram(x));      // the worst entry, in standard errors
/// </code></example>
public sealed class KernelAverage
{
    // Differences from a limit that are below this part of its largest entry are roundings.
    private const double Rounding = 1e-12;

    private KernelAverage(int count, Matrix mean, Matrix standardError) =>
        (Count, Mean, StandardError) = (count, mean, standardError);

    /// <summary>S, the number of seeds.</summary>
    public int Count { get; }

    /// <summary>The mean over the seeds, n × n′.</summary>
    public Matrix Mean { get; }

    /// <summary>The standard error of each entry of the mean, n × n′.</summary>
    public Matrix StandardError { get; }

    /// <summary>The number of seeds, and below it the first means with their standard errors.</summary>
    public override string ToString() => ShownText.Table(
        $"KernelAverage of {Count} seeds, {Mean.Rows} x {Mean.Columns}",
        Mean.Rows,
        Mean.Columns,
        (i, j) => ShownText.Spread(Mean[i, j], StandardError[i, j]));

    /// <summary>Computes a kernel for each seed, one after the other, and averages.</summary>
    /// <param name="seeds">At least two seeds, all different.</param>
    /// <param name="kernel">
    /// Computes the matrix of a seed, of the same size for each. Finite networks, modules of TorchSharp or anything
    /// else may do so; matrices of different seeds have to be independent for the standard errors to mean something.
    /// </param>
    /// <param name="progress">Receives the part of the seeds that are done, from 0 to 1.</param>
    /// <param name="cancellation">The token that stops the work between two seeds.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two seeds, one comes twice, or a matrix is missing or of another size than the first.
    /// </exception>
    /// <exception cref="ArithmeticException">A mean or a standard error is not finite.</exception>
    public static KernelAverage Of(
        IEnumerable<long> seeds,
        Func<long, Matrix> kernel,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(kernel);
        var (seen, sums) = (new HashSet<long>(), (RunningMoments?)null);
        long[] all = [.. seeds];
        var done = new StepProgress(progress, all.Length);
        foreach (var seed in all)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Add(seed))
            {
                throw new ArgumentException($"Expected different seeds; {seed} came twice.", nameof(seeds));
            }

            var matrix = kernel(seed)
                ?? throw new ArgumentException($"Expected a matrix for seed {seed}; came null.", nameof(kernel));
            sums ??= new(matrix.Rows, matrix.Columns);
            sums.Add(matrix, seed);
            done.Add();
        }

        return sums is { Count: >= 2 }
            ? new(sums.Count, sums.Mean(), sums.StandardError())
            : throw new ArgumentException(
                $"Expected at least 2 seeds, for a standard error; came {seen.Count}.", nameof(seeds));
    }

    /// <summary>Computes a kernel for each seed, one after the other, and averages.</summary>
    /// <inheritdoc cref="Of(IEnumerable{long}, Func{long, Matrix}, IProgress{double}, CancellationToken)"/>
    public static KernelAverage Of(
        IEnumerable<long> seeds, Func<long, Matrix> kernel, CancellationToken cancellation = default) =>
        Of(seeds, kernel, null, cancellation);

    /// <summary>Finds the entry of the mean that lies the most standard errors away from a limit.</summary>
    /// <param name="limit">The limit, n × n′, such as the kernel of infinite width.</param>
    /// <exception cref="ArgumentException">
    /// The limit has another size or an entry that is not finite, or there are no entries.
    /// </exception>
    public KernelDeviation Deviation(Matrix limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        if ((limit.Rows, limit.Columns) != (Mean.Rows, Mean.Columns) || limit.Data.Length == 0)
        {
            throw new ArgumentException(
                $"Expected a limit of {Mean.Rows} x {Mean.Columns} with at least one entry; "
                + $"came {limit.Rows} x {limit.Columns}.",
                nameof(limit));
        }

        if (Array.FindIndex(limit.Data, v => !double.IsFinite(v)) is >= 0 and var bad)
        {
            throw new ArgumentException(
                $"Expected finite kernels as the limit; entry ({bad / limit.Columns}, {bad % limit.Columns}) is "
                + $"{limit.Data[bad]}. Compute the limit at samples at which it exists.",
                nameof(limit));
        }

        var rounding = Rounding * limit.Data.Max(Math.Abs);
        double Errors(int k) => Math.Abs(Mean.Data[k] - limit.Data[k]) is var gap && gap <= rounding
            ? 0
            : gap / StandardError.Data[k];
        var worst = Enumerable.Range(0, limit.Data.Length).MaxBy(Errors);
        return new(worst / Mean.Columns, worst % Mean.Columns, Errors(worst));
    }
}
