namespace HadamardNtk;

/// <summary>Which of a network's two infinite-width kernels is meant.</summary>
public enum KernelKind
{
    /// <summary>The neural tangent kernel Θ: training all layers by gradient flow.</summary>
    Ntk,

    /// <summary>The neural network Gaussian process kernel Σ: the prior, or training the read-out only.</summary>
    Nngp,
}

/// <summary>Both kernels of one pair of samples.</summary>
/// <param name="Nngp">Σ(x, x′).</param>
/// <param name="Ntk">Θ(x, x′).</param>
public readonly record struct KernelValue(double Nngp, double Ntk)
{
    /// <summary>The kernel that is meant.</summary>
    public double this[KernelKind kind] => kind == KernelKind.Ntk ? Ntk : Nngp;
}
