namespace HadamardNtk;

/// <summary>
/// The options of a computation that every backend takes: how it runs, and not what it computes. They are part of
/// <see cref="GramOptions"/>. They are immutable; <c>with</c> makes changed copies.
/// </summary>
public abstract record ComputeOptions
{
    private readonly int _threads = Environment.ProcessorCount;

    private protected ComputeOptions()
    {
    }

    /// <summary>
    /// The number of threads, at least 1. The default is the number of processors. The result does not depend on it.
    /// </summary>
    public int Threads
    {
        get => _threads;
        init => _threads = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected at least 1 thread, not {value}.");
    }

    /// <summary>Receives the share of the entries that are done, in (0, 1], from any thread. It may be null.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>
    /// Receives the numbers of escalated pairs at the end of the run. The cpu backends report them. It may be null.
    /// </summary>
    public IProgress<PrecisionReport>? PrecisionReport { get; init; }

    /// <summary>Counts the escalated pairs. It may be null.</summary>
    internal Lanes? Lanes { get; init; }

    /// <summary>The threads for linear algebra on the matrix.</summary>
    internal Workers Workers(CancellationToken cancellation) => new(Threads, cancellation);
}
