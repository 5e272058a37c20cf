namespace HadamardNtk;

/// <summary>The two infinite-width kernels of a network.</summary>
public enum KernelKind
{
    /// <summary>The neural tangent kernel Θ, which describes the training of all layers by gradient flow.</summary>
    Ntk,

    /// <summary>
    /// The neural network Gaussian process kernel Σ, which describes the prior and the training of the read-out alone.
    /// </summary>
    Nngp,
}

/// <summary>Both kernels of one pair of samples.</summary>
/// <param name="Nngp">Σ(x, x′).</param>
/// <param name="Ntk">Θ(x, x′).</param>
public readonly record struct KernelValue(double Nngp, double Ntk)
{
    /// <summary>The kernel of the given kind.</summary>
    /// <param name="kind">The kind.</param>
    public double this[KernelKind kind] => kind == KernelKind.Ntk ? Ntk : Nngp;
}
