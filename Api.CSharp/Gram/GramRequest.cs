namespace HadamardNtk;

/// <summary>What a backend is asked for: the kernel of a network at all pairs of rows.</summary>
public sealed class GramRequest
{
    internal GramRequest(Kernel kernel, Matrix x, Matrix? other, KernelKind kind, Precision precision)
    {
        if (other is not null && other.Columns != x.Columns)
        {
            throw new ArgumentException(
                $"Expected {x.Columns} features in every sample, as in the first matrix; the second has {other.Columns}.", nameof(other));
        }

        if (x.Rows == 0 || x.Columns == 0 || other is { Rows: 0 })
        {
            throw new ArgumentException("Expected at least one sample with at least one feature.", nameof(x));
        }

        (Kernel, X, Other, Kind, Precision) = (kernel, x, other ?? x, kind, precision);
        IsSymmetric = other is null;
    }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>Samples, one a row of the result.</summary>
    public Matrix X { get; }

    /// <summary>The samples of the columns of the result, in rows as in x.</summary>
    public Matrix Other { get; }

    /// <summary>Which kernel.</summary>
    public KernelKind Kind { get; }

    /// <summary>The numbers that it is computed and given in.</summary>
    public Precision Precision { get; }

    /// <summary>Whether the two sets of samples are one, so that the upper triangle suffices.</summary>
    public bool IsSymmetric { get; }

    /// <summary>The same with every entry computed where it is, those below the diagonal too.</summary>
    internal GramRequest BothHalves => new(Kernel, X, X, Kind, Precision);

    /// <summary>Rows of the result.</summary>
    public int Rows => X.Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns => Other.Rows;
}

/// <summary>How a Gram matrix is computed. Immutable; change it with <c>with</c>.</summary>
public sealed record GramOptions
{
    private readonly int _threads = Environment.ProcessorCount;
    private readonly IKernelBackend _backend = Backends.Default;

    /// <summary>The backend; <see cref="Backends.Default"/> unless set.</summary>
    public IKernelBackend Backend
    {
        get => _backend;
        init => _backend = value ?? throw new ArgumentNullException(nameof(value));
    }

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
    public IProgress<LaneReport>? LaneReport { get; init; }

    /// <summary>Counts the pairs that took a lane of higher precision; null for none.</summary>
    internal Lanes? Lanes { get; init; }

    /// <summary>The threads of what is done with the matrix, and who does it.</summary>
    internal Workers Workers(CancellationToken cancellation) => new(Threads, cancellation) { Dense = Backend.Dense };

    /// <summary>Told the part of the entries done, in (0, 1], from any thread; null for none.</summary>
    public IProgress<double>? Progress { get; init; }
}

/// <summary>How many pairs of a Gram matrix took a lane, because the precision asked for does not know them well enough.</summary>
/// <param name="Equal">Pairs of equal rows, the diagonal among them: their own recursion's value.</param>
/// <param name="Float64">float32 pairs that went on to float64: nearly collinear, or beyond the range.</param>
/// <param name="DoubleDouble">Pairs computed in double-double: so nearly collinear that float64 does not know the angle.</param>
/// <param name="Quadrature">
/// Pairs computed one by one in float64: by quadrature where their Hermite series is too long, else because a sample is beyond
/// what vectors take.
/// </param>
public readonly record struct LaneReport(long Equal, long Float64, long DoubleDouble, long Quadrature);
