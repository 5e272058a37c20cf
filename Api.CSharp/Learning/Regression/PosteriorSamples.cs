using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Samples of normal vectors with a given mean and covariance.</summary>
internal static class PosteriorSamples
{
    /// <summary>
    /// The symmetric root of Σ + r I, m × m. It is continuous in Σ, singular or not: rounding of Σ by e moves it by √e
    /// at most. Eigenvalues of Σ below 0 count as 0.
    /// </summary>
    internal static Matrix Root(Matrix covariance, double ridge, Workers workers)
    {
        var copy = Matrix.Wrap((double[])covariance.Data.Clone(), covariance.Rows, covariance.Columns);
        var pairs = SymmetricEigen.Decompose(copy, workers);
        var roots = Array.ConvertAll(pairs.Values, value => Math.Sqrt(Math.Max(0, value) + ridge));
        return MatrixProducts.TransposeTimes(pairs.Vectors, Entrywise.ScaleRows(pairs.Vectors, roots), workers);
    }

    /// <summary>Samples mean + s root z, of every output, m × C each.</summary>
    internal static Matrix[] Draw(
        Matrix mean, Matrix root, double[] scales, int count, long seed, Workers workers)
    {
        var (points, outputs) = (mean.Rows, mean.Columns);
        var draws = Draws.normals(seed, count * mean.Data.Length);
        var samples = new Matrix[count];
        for (var k = 0; k < count; k++)
        {
            var z = Matrix.Wrap(draws[(k * mean.Data.Length)..((k + 1) * mean.Data.Length)], points, outputs);
            var moved = MatrixProducts.Times(root, z, workers);
            for (var t = 0; t < moved.Data.Length; t++)
            {
                moved.Data[t] = mean.Data[t] + (scales[t % outputs] * moved.Data[t]);
            }

            samples[k] = moved;
        }

        return samples;
    }
}
