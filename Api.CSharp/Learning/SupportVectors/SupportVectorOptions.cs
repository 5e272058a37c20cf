namespace HadamardNtk;

/// <summary>The options for fitting a support vector machine. Immutable; change it with <c>with</c>.</summary>
public sealed record SupportVectorOptions
{
    private readonly double _cost = 1;
    private readonly double _tolerance = 1e-3;
    private readonly long _steps = 100_000_000;

    /// <summary>C, the cost of one unit of a sample's error; 1 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cost is not finite and above 0.</exception>
    public double Cost
    {
        get => _cost;
        init => _cost = double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected a finite cost above 0, not {value}.");
    }

    /// <summary>The KKT violation that is allowed, in units of the margin, at most 1; 1e-3 unless set.</summary>
    /// <remarks>
    /// Where the kernel has a low rank and C is large, each further digit can take very many steps, and it changes no
    /// prediction.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is not above 0 and at most 1.</exception>
    public double Tolerance
    {
        get => _tolerance;
        init => _tolerance = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected a tolerance above 0 and at most 1, not {value}.");
    }

    /// <summary>The most steps that a pair of classes may take; 100,000,000 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public long Steps
    {
        get => _steps;
        init => _steps = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected at least 1 step, not {value}.");
    }

    /// <summary>Whether rows are centered by the training rows' mean first. The samples are rows of a Matrix.</summary>
    public bool Center { get; init; }

    /// <summary>
    /// Whether rows are then scaled to unit norm; a zero row stays zero. The samples are rows of a Matrix.
    /// </summary>
    public bool Unit { get; init; }

    /// <summary>The options for Gram matrices. The pairs of classes are solved on the same number of threads.</summary>
    public GramOptions Gram { get; init; } = new();
}
