namespace HadamardNtk;

/// <summary>
/// A kernel of a network of finite width at its drawn parameters, on rows of features: the tangent kernel
/// Θ_m(x,x′) = 1/C Σ_c ⟨∇f_c(x), ∇f_c(x′)⟩ over the trained parameters, or Σ_m(x,x′) = 1/C Σ_c f_c(x) f_c(x′), with C
/// channels of f. The object is immutable and safe to share between threads.
/// </summary>
public sealed class FiniteKernel : RowKernel, IWatchedDiagonal<Matrix>
{
    internal FiniteKernel(FiniteNetwork network, KernelKind kind) => (Network, Kind) = (network, kind);

    /// <summary>The network.</summary>
    public FiniteNetwork Network { get; }

    /// <summary>Which of the two kernels this is.</summary>
    public KernelKind Kind { get; }

    /// <summary>The kernel's name and the network in one line.</summary>
    public override string ToString() =>
        $"{Kind.ToString().ToUpperInvariant()} of {Network.Network} at width {Network.Width}, seed {Network.Seed}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows have another number of features than the network.</exception>
    public override Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Network.Kernel(Kind, x, null, Threads(options), new(options?.Progress, cancellation));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows have another number of features than the network.</exception>
    public override Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Network.Kernel(Kind, x, other, Threads(options), new(options?.Progress, cancellation));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows have another number of features than the network.</exception>
    public override double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
        Network.Diagonal(Kind, x, Threads(null), new(null, cancellation));

    double[] IWatchedDiagonal<Matrix>.Diagonal(Matrix x, Watch watch) =>
        Network.Diagonal(Kind, x, Threads(null), watch);

    private static int Threads(GramOptions? options) => (options ?? new()).Threads;
}
