using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Training points on the sphere |x|² = d with the parts of a target.</summary>
/// <param name="X">The points.</param>
/// <param name="Parts">P_k(⟨x, ζ_k⟩/d) for each degree k, with random ζ_k.</param>
/// <param name="Y">The target Σ 0.1 P_k.</param>
internal sealed record SphereData(Matrix X, double[][] Parts, double[] Y)
{
    /// <summary>The factor of each part in the target.</summary>
    internal const double Share = 0.1;

    internal static SphereData Draw(SpectralBiasOptions options)
    {
        var d = options.Dimension;
        var points = SphereTargets.points(options.Seed, options.Samples, d);
        var poles = SphereTargets.points(options.Seed + 1_000_003, options.Degrees.Count, d);
        double[][] parts =
        [
            .. options.Degrees.Select((degree, i) =>
                SphereTargets.harmonic(d, degree, poles[(i * d)..((i + 1) * d)], points)),
        ];
        double[] y = [.. Enumerable.Range(0, options.Samples).Select(i => Share * parts.Sum(part => part[i]))];
        return new(Matrix.Wrap(points, options.Samples, d), parts, y);
    }
}
