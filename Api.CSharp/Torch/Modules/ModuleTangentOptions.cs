namespace HadamardNtk;

/// <summary>The numbers of a tangent kernel with C outputs that are computed.</summary>
public enum TangentOutputs
{
    /// <summary>The mean over outputs, 1/C Σ_o Θ_oo: n × n′.</summary>
    Mean,

    /// <summary>All pairs of outputs, Θ_op(x_i, x′_j) in row i C + o and column j C + p: n C × n′ C.</summary>
    All,
}

/// <summary>The method for products of gradients. The results of the methods agree to rounding.</summary>
public enum TangentForm
{
    /// <summary>
    /// By layers: the part of a linear layer is a Hadamard product of two Gram matrices; Jacobians give all other
    /// parts.
    /// </summary>
    Layers,

    /// <summary>By the Jacobians of all parameters, sample by sample.</summary>
    Jacobian,
}

/// <summary>Options for a module's tangent kernel. They are immutable; change them by <c>with</c>.</summary>
public sealed record ModuleTangentOptions
{
    private readonly int? _rows;
    private readonly int? _output;

    /// <summary>
    /// The largest number of samples whose gradients are held at once. The kernel is computed in blocks of the rows of
    /// so many samples and the columns of an eighth as many (see <see cref="ModuleTangentKernel"/>). The default is the
    /// number whose gradients fit into 1 GiB, but at most 4096 rows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? Rows
    {
        get => _rows;
        init => _rows = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected blocks of at least 1 row, not {value}.");
    }

    /// <summary>
    /// The one output of the module whose kernel is wanted, from 0. By default all outputs are the function f.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int? Output
    {
        get => _output;
        init => _output = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected an output from 0, not {value}.");
    }

    /// <summary>The method for products of gradients. The default is by layers.</summary>
    public TangentForm Form { get; init; }
}
