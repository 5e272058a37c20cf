using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The spread of a prediction at unit scale, and the scales that multiply it.</summary>
/// <param name="Deviation">The standard deviations of the latent function at unit scale, m.</param>
/// <param name="Covariance">Its covariance at unit scale, m × m, or null.</param>
/// <param name="Scales">s of each output.</param>
/// <param name="Ridge">r, the variance of the noise at unit scale.</param>
internal sealed record PosteriorSpread(double[] Deviation, Matrix? Covariance, double[] Scales, double Ridge)
{
    /// <summary>The standard deviations of every output, m × C.</summary>
    internal Matrix Deviations(PredictionNoise noise)
    {
        var outputs = Scales.Length;
        var all = new double[Deviation.Length * outputs];
        for (var t = 0; t < all.Length; t++)
        {
            var latent = Deviation[t / outputs];
            all[t] = Scales[t % outputs]
                * (noise == PredictionNoise.Included ? double.Hypot(latent, Math.Sqrt(Ridge)) : latent);
        }

        return Matrix.Wrap(all, Deviation.Length, outputs);
    }

    /// <summary>The covariance of an output without noise, m × m.</summary>
    internal Matrix? CovarianceOf(int output)
    {
        var scale = Scales[output];
        return Covariance is null || scale == 1
            ? Covariance
            : Matrix.Wrap(
                Array.ConvertAll(Covariance.Data, v => scale * v * scale), Covariance.Rows, Covariance.Columns);
    }

    /// <summary>The places of the samples whose variances have no digit that rounding leaves.</summary>
    /// <param name="deviations">The deviations at unit scale.</param>
    /// <param name="diagonal">The samples' kernels with themselves.</param>
    /// <param name="terms">The number of terms of each variance, which is that of the training samples.</param>
    /// <param name="first">The place of the first sample.</param>
    internal static IEnumerable<int> Undetermined(double[] deviations, double[] diagonal, int terms, int first) =>
        Enumerable.Range(0, deviations.Length)
            .Where(i => !RegressionModule.isDetermined(terms, diagonal[i], deviations[i] * deviations[i]))
            .Select(i => first + i);
}
