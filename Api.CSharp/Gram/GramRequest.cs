namespace HadamardNtk;

/// <summary>What a backend is asked for: the kernel of a network at all pairs of rows.</summary>
public sealed class GramRequest
{
    /// <summary>A request for the kernel of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">Samples, one a row of the result.</param>
    /// <param name="other">The samples of the columns, in rows as in x; null for the symmetric matrix of x.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="precision">The numbers that it is computed and given in.</param>
    /// <exception cref="ArgumentException">There are no samples or features, or the numbers of features differ.</exception>
    /// <exception cref="NetworkRefusedException">The network has no kernel limit that the calculus can vouch for.</exception>
    public GramRequest(
        Network network, Matrix x, Matrix? other = null, KernelKind kind = KernelKind.Ntk, Precision precision = Precision.Float64)
        : this(new KernelProgram(network), x, other, kind, precision)
    {
    }

    internal GramRequest(KernelProgram program, Matrix x, Matrix? other, KernelKind kind, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (other is not null && other.Columns != x.Columns)
        {
            throw new ArgumentException(
                $"Expected {x.Columns} features in every sample, as in the first matrix; the second has {other.Columns}.", nameof(other));
        }

        if (x.Rows == 0 || x.Columns == 0 || other is { Rows: 0 })
        {
            throw new ArgumentException("Expected at least one sample with at least one feature.", nameof(x));
        }

        (Program, X, Other, Kind, Precision) = (program, x, other ?? x, kind, precision);
        IsSymmetric = other is null;
    }

    /// <summary>The network whose kernel it is.</summary>
    public Network Network => Program.Network;

    /// <summary>The program of its kernels.</summary>
    internal KernelProgram Program { get; }

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
    internal GramRequest BothHalves => new(Program, X, X, Kind, Precision);

    /// <summary>Rows of the result.</summary>
    public int Rows => X.Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns => Other.Rows;
}
