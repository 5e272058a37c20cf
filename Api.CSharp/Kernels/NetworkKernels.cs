namespace HadamardNtk;

/// <summary>The kernels of networks.</summary>
public static class NetworkKernels
{
    /// <summary>The infinite-width kernels of a network.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="NetworkRefusedException">
    /// The network has no kernel limit that the calculus can vouch for.
    /// </exception>
    public static Kernel Kernel(this Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(network);
    }
}
