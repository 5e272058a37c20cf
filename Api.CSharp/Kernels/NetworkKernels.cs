namespace HadamardNtk;

/// <summary>The kernels of networks.</summary>
public static class NetworkKernels
{
    /// <summary>The neural tangent kernel Θ of a network at infinite width.</summary>
    /// <inheritdoc cref="Kernel"/>
    /// <example><code>
    /// var kernel = Network.Parse("(dense(w=1.41421356) relu)^3 dense").Ntk();
    /// Matrix theta = kernel.Gram(x);                                  // n x n
    /// </code></example>
    public static InfiniteKernel Ntk(this Network network) => network.Kernel(KernelKind.Ntk);

    /// <summary>The neural network Gaussian process kernel Σ of a network at infinite width.</summary>
    /// <inheritdoc cref="Kernel"/>
    public static InfiniteKernel Nngp(this Network network) => network.Kernel(KernelKind.Nngp);

    /// <summary>A kernel of a network at infinite width.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kind">Which of its two kernels.</param>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for.
    /// </exception>
    public static InfiniteKernel Kernel(this Network network, KernelKind kind)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(new(network), kind);
    }

    /// <summary>
    /// A kernel of a network at infinite width on images or sequences, by whole blocks of positions in float64. It is
    /// the definition of what <see cref="Kernel"/> computes faster, by slices of one offset.
    /// </summary>
    /// <param name="network">The network, which reads rows by <c>image</c>, <c>sequence</c> or <c>take</c>.</param>
    /// <param name="kind">Which of its two kernels.</param>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for, ends on several positions, or reads graphs.
    /// </exception>
    public static BlockKernel BlockKernel(this Network network, KernelKind kind = KernelKind.Ntk)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network, kind);
    }

    /// <summary>A kernel of a network at infinite width on graphs.</summary>
    /// <param name="network">The network, which reads graphs by <c>aggregate</c> and ends in a global pool.</param>
    /// <param name="kind">Which of its two kernels.</param>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for, reads no graphs, or ends on their vertices.
    /// </exception>
    public static GraphKernel GraphKernel(this Network network, KernelKind kind = KernelKind.Ntk)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network, kind);
    }

    /// <summary>
    /// The tangent kernel of a network of finite width, Θ_m(x,x′) = 1/C Σ_c ⟨∇f_c(x), ∇f_c(x′)⟩ over the trained
    /// parameters and the C channels of f.
    /// </summary>
    /// <param name="network">The network.</param>
    public static FiniteKernel Ntk(this FiniteNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network, KernelKind.Ntk);
    }

    /// <summary>A kernel of a network of finite width on graphs.</summary>
    /// <param name="network">
    /// The network, which reads graphs by <c>aggregate</c>, drawn for as many features as a vertex has.
    /// </param>
    /// <param name="kind">The tangent kernel Θ_m, or the second moments Σ_m.</param>
    public static FiniteGraphKernel GraphKernel(this FiniteNetwork network, KernelKind kind = KernelKind.Ntk)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network, kind);
    }

    /// <summary>The second moments of a network of finite width, Σ_m(x,x′) = 1/C Σ_c f_c(x) f_c(x′).</summary>
    /// <param name="network">The network.</param>
    public static FiniteKernel Nngp(this FiniteNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network, KernelKind.Nngp);
    }
}
