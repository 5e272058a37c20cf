namespace HadamardNtk;

/// <summary>Which numbers of a tangent kernel with C outputs are asked for.</summary>
public enum TangentOutputs
{
    /// <summary>The mean over outputs, 1/C Σ_o Θ_oo: n × n′.</summary>
    Mean,

    /// <summary>All pairs of outputs, Θ_op(x_i, x′_j) in row i C + o and column j C + p: n C × n′ C.</summary>
    All,
}

/// <summary>How the products of gradients are computed. The results agree to rounding.</summary>
public enum TangentForm
{
    /// <summary>By layers: a linear layer as a Hadamard product of two Gram matrices, all else by Jacobians.</summary>
    Layers,

    /// <summary>By the Jacobians of all parameters, sample by sample.</summary>
    Jacobian,
}

/// <summary>How a module's tangent kernel is computed. Immutable; change it with <c>with</c>.</summary>
public sealed record ModuleTangentOptions
{
    private readonly int? _rows;

    /// <summary>
    /// The most samples whose gradients are held at once: the kernel is computed in blocks of the rows of so many samples and the
    /// columns of an eighth as many (see <see cref="ModuleTangentKernel"/>). Unless set, as many as 1 GiB holds, and no more than have
    /// 4096 rows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int? Rows
    {
        get => _rows;
        init => _rows = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected blocks of at least 1 row, not {value}.");
    }

    /// <summary>How the products of gradients are computed; by layers unless set.</summary>
    public TangentForm Form { get; init; }
}
