namespace HadamardNtk;

/// <summary>How a Gram matrix is computed. Immutable; change it with <c>with</c>.</summary>
public sealed record GramOptions
{
    private readonly int _threads = Environment.ProcessorCount;

    /// <summary>The backend; null, as unless set, for the fastest that is available everywhere, cpu.</summary>
    public IKernelBackend? Backend { get; init; }

    /// <summary>The number of threads, at least 1; all processors unless set. It does not change the result.</summary>
    public int Threads
    {
        get => _threads;
        init => _threads = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected at least 1 thread, not {value}.");
    }

    /// <summary>
    /// The numbers that a Gram matrix is computed in; float64 unless set. What is fitted or predicted is computed in float64 all
    /// the same, since float32's rounding of K is larger than the usual ridges; conjugate gradients alone take it, and refine.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>The same in float64.</summary>
    internal GramOptions Exact => this with { Precision = Precision.Float64 };

    /// <summary>Told at the end how many pairs took a lane of higher precision; null for none. The cpu backends tell.</summary>
    public IProgress<PrecisionReport>? PrecisionReport { get; init; }

    /// <summary>Counts the pairs that took a lane of higher precision; null for none.</summary>
    internal Lanes? Lanes { get; init; }

    /// <summary>The threads for the linear algebra on the matrix.</summary>
    internal Workers Workers(CancellationToken cancellation) => new(Threads, cancellation);

    /// <summary>The backend's library for dense linear algebra; null for the fastest on the host.</summary>
    internal DenseLibrary? Dense => Backend?.Dense;

    /// <summary>Told the part of the entries done, in (0, 1], from any thread; null for none.</summary>
    public IProgress<double>? Progress { get; init; }
}
