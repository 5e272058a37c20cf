namespace HadamardNtk;

/// <summary>The options for leading eigenvalues. Immutable; change it with <c>with</c>.</summary>
public sealed record SpectrumOptions
{
    private readonly double _tolerance = 1e-10;
    private readonly int _products = 200;

    /// <summary>
    /// The greatest residual |K v − λ v| of a unit eigenvector, as a part of the largest eigenvalue, in (0, 1); 1e-10
    /// unless set. An eigenvalue is off by its residual at most.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is not between 0 and 1.</exception>
    public double Tolerance
    {
        get => _tolerance;
        init => _tolerance = OptionValue.Tolerance(value);
    }

    /// <summary>The largest number of products of K with a block of vectors, at least 1; 200 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int Products
    {
        get => _products;
        init => _products = OptionValue.AtLeast(1, value, "a number of products");
    }

    /// <summary>The seed of the vectors that the iteration starts from; 0 unless set.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// The options for Gram matrices and products, which are computed in float64. Its progress receives the share of
    /// the tolerance's digits that the eigenvalues have reached.
    /// </summary>
    public GramOptions Gram { get; init; } = new();
}
