namespace HadamardNtk;

/// <summary>How a support vector machine is fitted. Immutable; change it with <c>with</c>.</summary>
public sealed record SupportVectorOptions
{
    private readonly double _cost = 1;
    private readonly double _tolerance = 1e-3;
    private readonly long _steps = 100_000_000;

    /// <summary>C, what one unit of a sample's error costs; 1 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite and above 0.</exception>
    public double Cost
    {
        get => _cost;
        init => _cost = double.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a finite cost above 0, not {value}.");
    }

    /// <summary>The KKT violation that is allowed, in units of the margin, at most 1; 1e-3 unless set.</summary>
    /// <remarks>Where the kernel has a low rank and C is large, each digit more can take very many steps and changes no prediction.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and at most 1.</exception>
    public double Tolerance
    {
        get => _tolerance;
        init => _tolerance = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a tolerance above 0 and at most 1, not {value}.");
    }

    /// <summary>The most steps that a pair of classes may take; 100,000,000 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public long Steps
    {
        get => _steps;
        init => _steps = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected at least 1 step, not {value}.");
    }

    /// <summary>The kernel; NTK unless set.</summary>
    public KernelKind Kind { get; init; } = KernelKind.Ntk;

    /// <summary>Whether rows are centred by the training rows' mean first.</summary>
    public bool Center { get; init; }

    /// <summary>Whether rows are then scaled to unit norm; a zero row stays zero.</summary>
    public bool Unit { get; init; }

    /// <summary>How Gram matrices are computed, and on how many threads the pairs of classes are.</summary>
    public GramOptions Gram { get; init; } = new();
}
