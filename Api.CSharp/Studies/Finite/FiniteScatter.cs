namespace HadamardNtk;

/// <summary>The distance of the kernel of a finite network from its limit.</summary>
internal static class FiniteScatter
{
    /// <summary>Above this, a training is not compared with that of the limit.</summary>
    internal const double Most = 0.5;

    /// <summary>The number of samples at which kernels are compared.</summary>
    private const int Samples = 60;

    /// <summary>|Θ_m − Θ|/|Θ| with Frobenius norms, at samples that are evenly spaced among all.</summary>
    internal static double Of(
        IFiniteTraining training, Network network, int width, long seed, Matrix x, CancellationToken cancellation)
    {
        var count = Math.Min(Samples, x.Rows);
        int[] chosen = [.. Enumerable.Range(0, count).Select(k => (int)((long)k * x.Rows / count))];
        var some = network.Ntk().Select(x, chosen);
        var limit = network.Ntk().Gram(some, null, cancellation).Data;
        var finite = training.TangentKernel(network, width, seed, some, cancellation).Data;
        var difference = finite.Zip(limit, (a, b) => (a - b) * (a - b)).Sum();
        return Math.Sqrt(difference / RowProducts.Dot(limit, limit));
    }
}
