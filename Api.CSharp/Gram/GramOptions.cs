namespace HadamardNtk;

/// <summary>
/// The options of the computation of a Gram matrix. They are immutable; <c>with</c> makes changed copies.
/// </summary>
public sealed record GramOptions
{
    private readonly int _threads = Environment.ProcessorCount;

    /// <summary>The backend. Null, the default, stands for the fastest one that is available everywhere, cpu.</summary>
    public IKernelBackend? Backend { get; init; }

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

    /// <summary>
    /// The number type of a Gram matrix; the default is float64. Models are always fitted, and predict, in float64,
    /// because float32's rounding of K is larger than the usual ridges. Only conjugate gradients use float32, and
    /// refine their result.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>The same options in float64.</summary>
    internal GramOptions Exact => this with { Precision = Precision.Float64 };

    /// <summary>
    /// Receives the numbers of escalated pairs at the end of the run. The cpu backends report them. It may be null.
    /// </summary>
    public IProgress<PrecisionReport>? PrecisionReport { get; init; }

    /// <summary>Counts the escalated pairs. It may be null.</summary>
    internal Lanes? Lanes { get; init; }

    /// <summary>The threads for linear algebra on the matrix.</summary>
    internal Workers Workers(CancellationToken cancellation) => new(Threads, cancellation);

    /// <summary>The backend's library for dense linear algebra. Null stands for the fastest one on the host.</summary>
    internal DenseLibrary? Dense => Backend?.Dense;

    /// <summary>Receives the share of the entries that are done, in (0, 1], from any thread. It may be null.</summary>
    public IProgress<double>? Progress { get; init; }
}
