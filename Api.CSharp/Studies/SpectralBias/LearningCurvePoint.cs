using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The error of kernel regression on a target of one degree, predicted and measured.</summary>
/// <param name="Factors">The number of ReLU factors of the network.</param>
/// <param name="Degree">The degree of the target, whose mean square is 1.</param>
/// <param name="Samples">The number of training points.</param>
/// <param name="Theory">The excess error by the eigenframework.</param>
/// <param name="Measured">
/// The mean over training sets of the mean squared error against the target without noise.
/// </param>
/// <param name="Error">The standard error of that mean.</param>
internal sealed record LearningCurvePoint(
    int Factors, int Degree, int Samples, double Theory, double Measured, double Error)
{
    /// <summary>σ², the variance of the training targets' noise.</summary>
    internal const double Noise = 0.01;

    private const int TestPoints = 1000;

    /// <summary>The ridge, relative to κ(1).</summary>
    internal static Ridge Ridge { get; } = Ridge.Relative(1e-3);

    internal static LearningCurvePoint Of(
        InfiniteKernel kernel, SphereSpectrum sphere, int factors, int degree, int samples, SpectralBiasOptions options,
        CancellationToken cancellation)
    {
        double[] powers = [.. sphere.Levels.Select(level => level.Degree == degree ? 1.0 : 0.0)];
        var theory = sphere.ExpectedError(samples, Ridge, Noise, powers) - Noise;
        var measured = SampleMean.Of(Enumerable.Range(0, options.Trials).Select(
            trial => Trial(kernel, sphere, degree, samples, options.Seed + 7919 * (trial + 1), cancellation)));
        return new(factors, degree, samples, theory, measured.Mean, measured.Error);
    }

    private static double Trial(
        InfiniteKernel kernel, SphereSpectrum sphere, int degree, int samples, int seed, CancellationToken cancellation)
    {
        var d = sphere.Dimension;
        var points = SphereTargets.points(seed, samples + TestPoints, d);
        var pole = SphereTargets.points(seed + 1_000_003, 1, d);
        // E P_k^2 = 1/N(d, k).
        var scale = Math.Sqrt(sphere.Levels[degree].Multiplicity);
        double[] truth = [.. SphereTargets.harmonic(d, degree, pole, points).Select(p => scale * p)];
        var noise = Draws.normals(seed + 2_000_003, samples);
        double[] y = [.. Enumerable.Range(0, samples).Select(i => truth[i] + Math.Sqrt(Noise) * noise[i])];
        var model = KernelRegression.Fit(
            kernel, Matrix.Wrap(points[..(samples * d)], samples, d), Matrix.Wrap(y, samples, 1),
            new() { Ridge = Ridge }, cancellation);
        var test = Matrix.Wrap(points[(samples * d)..], TestPoints, d);
        var mean = model.Predict(test, cancellation: cancellation).Mean;
        return Enumerable.Range(0, TestPoints).Average(i => Math.Pow(mean[i, 0] - truth[samples + i], 2));
    }
}
