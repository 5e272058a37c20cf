namespace HadamardNtk;

/// <summary>
/// ∂K/∂p, the derivative of a kernel by a hyper-parameter p of its network. It is symmetric and in general not positive
/// semidefinite. Immutable.
/// </summary>
/// <remarks>
/// It is computed by forward-mode differentiation of the kernel's law, with ∂T/∂c = E φ′(u) φ′(v) (Price's theorem) and
/// the closed forms of ∂T/∂q for each dual activation. It is compiled as the kernel is, and computed in float64; near
/// pairs of flat rows escalate to double-double. At two equal samples the terms of kinked activations that grow as the
/// inverse of an angle are 0.
/// </remarks>
public sealed class KernelDerivative
{
    private readonly InfiniteKernel _function;

    internal KernelDerivative(NetworkParameter parameter, InfiniteKernel function) =>
        (Parameter, _function) = (parameter, function);

    /// <summary>The parameter p.</summary>
    public NetworkParameter Parameter { get; }

    /// <summary>Which of the network's kernels is differentiated.</summary>
    public KernelKind Kind => _function.Kind;

    /// <summary>The parameter, and the kernel as it is differentiated.</summary>
    public override string ToString() => $"Derivative by {Parameter.Name} of the {_function}";

    /// <summary>∂K/∂p at one pair of samples of d features each.</summary>
    /// <param name="x">The first sample.</param>
    /// <param name="other">The second sample.</param>
    /// <exception cref="ArgumentException">The samples are empty or differ in length.</exception>
    /// <exception cref="KernelUndefinedException">The derivative is not finite at the pair.</exception>
    public double Evaluate(ReadOnlySpan<double> x, ReadOnlySpan<double> other) => _function.Evaluate(x, other);

    /// <summary>∂K/∂p of the Gram matrix of the rows of x (n × d), which is n × n and symmetric.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="KernelUndefinedException">The derivative is not finite at a row.</exception>
    public Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
        _function.Gram(x, options?.Exact, cancellation);

    /// <summary>∂K/∂p between the rows of x (n × d) and of other (n′ × d), a matrix of n × n′.</summary>
    /// <param name="x">The samples of the rows of the result.</param>
    /// <param name="other">The samples of the columns of the result.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    /// <exception cref="KernelUndefinedException">The derivative is not finite at a row.</exception>
    public Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default) =>
        _function.Cross(x, other, options?.Exact, cancellation);
}
