namespace HadamardNtk;

/// <summary>Diagonals of kernels with progress.</summary>
public static class KernelDiagonals
{
    /// <summary>Computes the kernel of each sample with itself, which gives n numbers.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">The samples.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1. Kernels of given matrices, stationary ones, and those of
    /// classes outside this library report their end alone.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    public static double[] Diagonal<TSamples>(
        this IKernel<TSamples> kernel,
        TSamples x,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(x);
        if (kernel.Count(x) > 0 && kernel is IWatchedDiagonal<TSamples> watched)
        {
            return watched.Diagonal(x, new(progress, cancellation));
        }

        var diagonal = kernel.Diagonal(x, cancellation);
        progress?.Report(1);
        return diagonal;
    }
}

/// <summary>A kernel whose diagonal takes long enough to say how far it is.</summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
internal interface IWatchedDiagonal<TSamples>
    where TSamples : class
{
    /// <summary>Computes the kernel of each sample with itself, which gives n numbers.</summary>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    double[] Diagonal(TSamples x, Watch watch);
}
