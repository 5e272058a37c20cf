namespace HadamardNtk;

/// <summary>The ridge r in K + r I.</summary>
public readonly record struct Ridge
{
    private Ridge(double value, bool isRelative) => (Value, IsRelative) = (value, isRelative);

    /// <summary>The number.</summary>
    public double Value { get; }

    /// <summary>Whether it is a multiple of the mean of K's diagonal.</summary>
    public bool IsRelative { get; }

    /// <summary>r itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public static Ridge Absolute(double value) => new(Checked(value), false);

    /// <summary>r as a multiple of the mean of K's diagonal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public static Ridge Relative(double value) => new(Checked(value), true);

    internal double For(Matrix gram)
    {
        var diagonal = new double[gram.Rows];
        for (var i = 0; i < diagonal.Length; i++)
        {
            diagonal[i] = gram[i, i];
        }

        return For(diagonal);
    }

    /// <summary>The absolute ridge, by K's diagonal.</summary>
    internal double For(double[] diagonal)
    {
        if (!IsRelative)
        {
            return Value;
        }

        var trace = diagonal.Sum();

        // Where the sum overflows, the mean does not.
        return double.IsFinite(trace) ? Value * trace / diagonal.Length : Value * diagonal.Sum(k => k / diagonal.Length);
    }

    private static double Checked(double value) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a finite ridge of at least 0, not {value}.");
}

/// <summary>How a kernel regression is fitted. Immutable; change it with <c>with</c>.</summary>
public sealed record RegressionOptions
{
    /// <summary>The ridge; 1e-8 of the mean diagonal unless set.</summary>
    public Ridge Ridge { get; init; } = Ridge.Relative(1e-8);

    /// <summary>The kernel; NTK unless set.</summary>
    public KernelKind Kind { get; init; } = KernelKind.Ntk;

    /// <summary>Whether rows are centred by the training rows' mean first.</summary>
    public bool Center { get; init; }

    /// <summary>Whether rows are then scaled to unit norm; a zero row stays zero.</summary>
    public bool Unit { get; init; }

    /// <summary>
    /// The numbers that the model keeps its samples in; float64 unless set. In float32 they are rounded first and fitted as they
    /// are kept, which a saved model then is to the last bit; weights stay in float64.
    /// </summary>
    public Precision Samples { get; init; } = Precision.Float64;

    /// <summary>How (K + r I) α = y is solved; by the Cholesky factorisation unless set.</summary>
    public Solver Solver { get; init; } = Solver.Cholesky;

    /// <summary>How Gram matrices are computed.</summary>
    public GramOptions Gram { get; init; } = new();
}
