using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Kernel gradient descent on the sphere with one network, simulated and predicted.</summary>
internal sealed class DescentRun
{
    private DescentRun(string name, SphereSpectrum sphere, Spectrum spectrum, double[] times) =>
        (Name, Sphere, Spectrum, Times) = (name, sphere, spectrum, times);

    internal string Name { get; }

    /// <summary>The eigenvalues of the kernel by degree.</summary>
    internal SphereSpectrum Sphere { get; }

    /// <summary>All eigenvalues of K/n.</summary>
    internal Spectrum Spectrum { get; }

    /// <summary>The learning rate, 1/λ_1.</summary>
    internal double Rate => 1 / Spectrum.Values[0];

    /// <summary>The steps at which the residual is recorded.</summary>
    internal double[] Times { get; }

    /// <summary>The part of the residual along each degree at each time, by iteration.</summary>
    internal double[][] Simulated { get; private init; } = [];

    /// <summary>
    /// The same of the residual of the degree's own part of the target, without what the parts of other degrees add at
    /// finitely many points, by iteration.
    /// </summary>
    internal double[][] Own { get; private init; } = [];

    /// <summary><see cref="Simulated"/> by the eigendecomposition of K/n.</summary>
    internal double[][] Predicted { get; private init; } = [];

    /// <summary><see cref="Own"/> by the eigendecomposition of K/n.</summary>
    internal double[][] OwnPredicted { get; private init; } = [];

    internal static DescentRun Of(
        StudyNetwork network, SphereData data, SpectralBiasOptions options, Action<double> progress,
        CancellationToken cancellation)
    {
        var kernel = network.Network.Ntk();
        var sphere = SphereSpectrum.Of(kernel, options.Dimension, Math.Max(60, options.Degrees[^1]));
        var gram = kernel.Gram(data.X, null, cancellation);
        var spectrum = Spectrum.Of(gram, null, cancellation);
        double[] values = [.. spectrum.Values];
        var rate = 1 / values[0];
        var times = RecordedSteps(options.Steps);
        double[] target = Along(spectrum.Vectors, data.Y);
        double[][] along = [.. data.Parts.Select(part => Along(spectrum.Vectors, part))];
        var (simulated, own) = Simulate(gram, data, rate, times, progress, cancellation);
        times = times[..own[0].Length];
        double[] Predict(double[] part, double[] whole) =>
            [.. times.Select(s => SpectralBias.predicted(values, part, whole, rate, s))];
        return new(network.Name, sphere, spectrum, times)
        {
            Simulated = simulated,
            Own = own,
            Predicted = [.. along.Select(part => Predict(part, target))],
            OwnPredicted = [.. along.Select(part => Predict(part, Array.ConvertAll(part, p => SphereData.Share * p)))],
        };
    }

    /// <summary>Steps whose distance grows as they do: 0, 1, 2, ... to the last.</summary>
    private static double[] RecordedSteps(int last) =>
    [
        .. Enumerable.Range(0, 61).Select(i => Math.Round(Math.Pow(last + 1.0, i / 60.0)) - 1).Distinct(),
    ];

    private static double[] Along(Matrix vectors, double[] y) =>
        [.. Enumerable.Range(0, vectors.Rows).Select(j => RowProducts.Dot(vectors.Row(j), y))];

    // Descent is linear: the residual is the sum of those of the target's parts.
    private static (double[][] Total, double[][] Own) Simulate(
        Matrix gram, SphereData data, double rate, double[] times, Action<double> progress,
        CancellationToken cancellation)
    {
        double[][] residuals = [.. data.Parts.Select(part => Array.ConvertAll(part, p => SphereData.Share * p))];
        double[][] next = [.. residuals.Select(_ => new double[gram.Rows])];
        double[][] total = [.. residuals.Select(_ => new double[times.Length])];
        double[][] own = [.. residuals.Select(_ => new double[times.Length])];
        var (step, record) = (0, 0);
        for (; record < times.Length && !IsLearned(own, record); record++)
        {
            for (; step < times[record]; step++)
            {
                if (step % 64 == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress(step / times[^1]);
                }

                Step(gram, rate / gram.Rows, residuals, next);
                (residuals, next) = (next, residuals);
            }

            double[] sum = [.. Enumerable.Range(0, gram.Rows).Select(i => residuals.Sum(r => r[i]))];
            for (var k = 0; k < residuals.Length; k++)
            {
                total[k][record] = SpectralBias.part(data.Parts[k], sum);
                own[k][record] = SpectralBias.part(data.Parts[k], residuals[k]);
            }
        }

        return (Array.ConvertAll(total, part => part[..record]), Array.ConvertAll(own, part => part[..record]));
    }

    // What is left below this share of the start is neither of interest nor above the smallest numbers for long.
    private static bool IsLearned(double[][] own, int records) =>
        records > 0 && own.All(part => part[records - 1] < 1e-8 * part[0]);

    private static void Step(Matrix gram, double rate, double[][] residuals, double[][] next)
    {
        for (var i = 0; i < gram.Rows; i++)
        {
            var row = gram.Row(i);
            for (var k = 0; k < residuals.Length; k++)
            {
                next[k][i] = residuals[k][i] - rate * RowProducts.Dot(row, residuals[k]);
            }
        }
    }
}
