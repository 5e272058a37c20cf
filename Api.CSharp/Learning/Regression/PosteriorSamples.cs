using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Samples of normal vectors with a given mean and covariance.</summary>
internal static class PosteriorSamples
{
    // The operations of m³ eigenvalues with their vectors, beside 2 of a product.
    private const double EigenOperations = 25;

    /// <summary>The part of all operations that the root takes, with a number of vectors that are drawn.</summary>
    internal static double RootShare(int points, double vectors) =>
        points == 0 ? 0 : (EigenOperations + 2) * points / ((EigenOperations + 2) * points + 2 * vectors);

    /// <summary>
    /// The symmetric root of Σ + r I, m × m. It is continuous in Σ, singular or not: rounding of Σ by e moves it by √e
    /// at most. Eigenvalues of Σ below 0 count as 0.
    /// </summary>
    internal static Matrix Root(Matrix covariance, double ridge, Workers workers, IProgress<double>? progress)
    {
        var copy = Matrix.Wrap((double[])covariance.Data.Clone(), covariance.Rows, covariance.Columns);
        var pairs = SymmetricEigen.Decompose(copy, workers);
        var roots = Array.ConvertAll(pairs.Values, value => Math.Sqrt(Math.Max(0, value) + ridge));
        return MatrixProducts.TransposeTimes(
            pairs.Vectors, Entrywise.ScaleRows(pairs.Vectors, roots), workers,
            progress.Stage(EigenOperations / (EigenOperations + 2), 1));
    }

    /// <summary>Samples mean + s root z, of every output, m × C each.</summary>
    internal static Matrix[] Draw(
        Matrix mean, Matrix root, double[] scales, int count, long seed, Workers workers, IProgress<double>? progress)
    {
        var (points, outputs) = (mean.Rows, mean.Columns);
        var draws = Draws.normals(seed, count * mean.Data.Length);
        var (samples, done) = (new Matrix[count], new StepProgress(progress, count));
        for (var k = 0; k < count; k++)
        {
            var z = Matrix.Wrap(draws[(k * mean.Data.Length)..((k + 1) * mean.Data.Length)], points, outputs);
            var moved = MatrixProducts.Times(root, z, workers);
            for (var t = 0; t < moved.Data.Length; t++)
            {
                moved.Data[t] = mean.Data[t] + (scales[t % outputs] * moved.Data[t]);
            }

            samples[k] = moved;
            done.Add();
        }

        return samples;
    }
}
