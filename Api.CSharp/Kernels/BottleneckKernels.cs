namespace HadamardNtk;

/// <summary>The kernels of the parts of a network with bottlenecks, Θ_g and the K_f, and their rates.</summary>
internal sealed class BottleneckKernels
{
    private readonly InfiniteKernel[] _parts;
    private readonly Matrix _samples;
    private readonly double _square;
    private double _featureRate;
    private double _headRate;

    /// <param name="parts">Θ_g, and K_f of every head.</param>
    /// <param name="samples">The samples x.</param>
    /// <param name="multiplier">κ.</param>
    internal BottleneckKernels(InfiniteKernel[] parts, Matrix samples, double multiplier)
    {
        (_parts, _samples, _square) = (parts, samples, multiplier * multiplier);
        SetRates(1, 1);
    }

    /// <summary>η_g, for g.</summary>
    internal double FeatureRate => _featureRate;

    /// <summary>η_f, for every head.</summary>
    internal double HeadRate => _headRate;

    /// <summary>Sets the learning rates, once they are known.</summary>
    internal void SetRates(double featureRate, double headRate) =>
        (_featureRate, _headRate) = (featureRate, headRate);

    /// <summary>The kernel of part l, 0 for g, and the samples that it acts on, given the signals.</summary>
    internal (InfiniteKernel Kernel, Matrix Samples) Part(int l, Matrix[] signals) =>
        (_parts[l], l == 0 ? _samples : signals[l - 1]);

    /// <summary>κ² times the learning rate of part l.</summary>
    internal double Rate(int l) => _square * (l == 0 ? _featureRate : _headRate);
}
