using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Kernel regression of a network along rays beyond its training ball.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="Degree">The degree that theory gives its growth.</param>
/// <param name="HasBias">Whether the network has biases.</param>
/// <param name="Near">The growth just beyond the ball.</param>
/// <param name="Far">The growth a thousand times further out.</param>
internal sealed record RayRun(string Name, int Degree, bool HasBias, RayGrowth Near, RayGrowth Far)
{
    /// <summary>The greatest degree of the fitted polynomials.</summary>
    internal const int MostDegree = 6;

    internal static RayRun Of(
        ExtrapolationNetworks.Entry entry, ExtrapolationOptions options, CancellationToken cancellation)
    {
        var (n, d, rays) = (options.Samples, options.Dimension, options.Rays);
        var draws = Draws.normals(options.Seed, (n + rays) * d + n);
        var (x, directions, y) = (draws[..(n * d)], draws[(n * d)..((n + rays) * d)], draws[((n + rays) * d)..]);
        RowNorms.Spread(x, d);
        RowNorms.Set(directions, d, 1);
        var model = KernelRegression.Fit(
            entry.Network.Network.Ntk(), Matrix.Wrap(x, n, d), Matrix.Wrap(y, n, 1),
            new() { Ridge = Ridge.Relative(1e-3) }, cancellation);
        RayGrowth Along(double start) => RayGrowth.Of(
            points => model.Predict(points, cancellation: cancellation).Mean,
            Matrix.Wrap(directions, rays, d),
            [.. Enumerable.Range(0, 40).Select(i => start * (1 + i / 6.0))]);
        return new(entry.Network.Name, entry.Degree, entry.Bias > 0, Along(1.5), Along(1500));
    }
}
