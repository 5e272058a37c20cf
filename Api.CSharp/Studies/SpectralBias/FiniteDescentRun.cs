using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Gradient descent of a network of finite width on the sphere, beside that of its limit.</summary>
/// <param name="Limit">The descent of the limit.</param>
/// <param name="Scatter">|Θ_m − Θ|/|Θ| at the start.</param>
/// <param name="Times">The recorded steps; none if the kernel scatters too much.</param>
/// <param name="Parts">The part of the residual along each degree at each time.</param>
internal sealed record FiniteDescentRun(DescentRun Limit, double Scatter, double[] Times, double[][] Parts)
{
    internal static IReadOnlyList<FiniteDescentRun> Of(
        SpectralBiasOptions options, SphereData data, IReadOnlyList<DescentRun> runs, Action<double> progress,
        CancellationToken cancellation)
    {
        if (options.Finite is not { } training)
        {
            return [];
        }

        List<FiniteDescentRun> finite = [];
        foreach (var (network, limit) in options.Networks.Zip(runs))
        {
            finite.Add(Of(training, network.Network, limit, data, options, cancellation));
            progress(finite.Count / (double)runs.Count);
        }

        return finite;
    }

    private static FiniteDescentRun Of(
        IFiniteTraining training, Network network, DescentRun limit, SphereData data, SpectralBiasOptions options,
        CancellationToken cancellation)
    {
        var scatter = FiniteScatter.Of(
            training, network, options.FiniteWidth, options.Seed, data.X, cancellation);
        if (scatter > FiniteScatter.Most)
        {
            return new(limit, scatter, [], []);
        }

        double[] times = [.. limit.Times.Where(time => time <= options.FiniteSteps)];
        var outputs = training.Train(
            new(
                network, options.FiniteWidth, options.Seed, data.X, Matrix.Wrap(data.Y, data.Y.Length, 1), limit.Rate,
                [.. times.Select(time => (long)time)], data.X),
            cancellation);
        double[][] residuals =
            [.. outputs.Select(f => data.Y.Zip(f.Data, (target, output) => target - output).ToArray())];
        return new(
            limit, scatter, times,
            [.. data.Parts.Select(part => residuals.Select(r => SpectralBias.part(part, r)).ToArray())]);
    }

    /// <summary>The greatest |a_m − a| over the times for a degree, relative to the start of a.</summary>
    internal double Deviation(int degree) =>
        Parts[degree].Zip(Limit.Simulated[degree], (part, limit) => Math.Abs(part - limit)).Max()
        / Limit.Simulated[degree][0];
}
