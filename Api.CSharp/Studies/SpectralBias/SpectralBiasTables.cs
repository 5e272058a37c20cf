using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The tables of <see cref="SpectralBiasStudy"/>.</summary>
internal static class SpectralBiasTables
{
    internal static StudyTable[] Of(
        SpectralBiasOptions options, IReadOnlyList<DescentRun> runs, IReadOnlyList<LearningCurvePoint> curves,
        IReadOnlyList<FiniteDescentRun> finite) =>
    [
        Rates(options, runs), Eigenvalues(options, runs), Curves(curves),
        .. finite.Count == 0 ? (StudyTable[])[] : [Finite(options, finite)],
    ];

    private static StudyTable Finite(SpectralBiasOptions options, IReadOnlyList<FiniteDescentRun> finite) => new()
    {
        Name = "finite-networks",
        Title = $"Networks of width {options.FiniteWidth}: scatter |Θ_m − Θ|/|Θ| of the kernel at the start, and the "
            + "greatest deviation of a degree's part from the limit, relative to its start",
        Columns = ["network", "scatter", .. options.Degrees.Select(degree => $"k = {degree}")],
        Rows =
        [
            .. finite.Select(run => (IReadOnlyList<object?>)
            [
                run.Limit.Name, run.Scatter,
                .. options.Degrees.Select((_, i) =>
                    run.Times.Length == 0 ? null : (object?)run.Deviation(i)),
            ]),
        ],
    };

    private static StudyTable Rates(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs) => new()
    {
        Name = "half-times",
        Title =
            "Steps after which half of a degree's part is left: of the whole residual, and of that of its own target",
        Columns =
        [
            "network", "degree", "whole", "whole, by K/n", "own", "by μ_k alone", "harmonics up to k / n",
            "n μ_k / higher trace",
        ],
        Rows =
        [
            .. runs.SelectMany(run => options.Degrees.Select((degree, i) => (IReadOnlyList<object?>)
            [
                run.Name,
                degree,
                HalfTime(run, run.Simulated[i]),
                HalfTime(run, run.Predicted[i]),
                HalfTime(run, run.Own[i]),
                SpectralBias.halfTime(run.Rate, run.Sphere.Levels[degree].Eigenvalue),
                Harmonics(run, degree) / options.Samples,
                Dominance(run, degree, options.Samples),
            ])),
        ],
    };

    private static StudyTable Eigenvalues(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs) => new()
    {
        Name = "eigenvalues",
        Title = $"Eigenvalues μ_k on the sphere in {options.Dimension} dimensions, of kernels with κ(1) = 1",
        Columns = ["network", .. options.Degrees.Select(degree => $"k = {degree}"), "digits"],
        Rows =
        [
            .. runs.Select(run => (IReadOnlyList<object?>)
            [
                run.Name,
                .. options.Degrees.Select(k => (object?)(run.Sphere.Levels[k].Eigenvalue / run.Sphere.Trace)),
                (int)Math.Min(15, -Math.Log10(Math.Max(run.Sphere.RelativeError, 1e-16))),
            ]),
        ],
    };

    private static StudyTable Curves(IReadOnlyList<LearningCurvePoint> curves) => new()
    {
        Name = "learning-curve-errors",
        Title = "Excess test error of kernel regression: eigenframework and experiment",
        Columns = ["ReLU factors", "degree", "n", "theory", "experiment", "standard error", "ratio"],
        Rows =
        [
            .. curves.Select(p => (IReadOnlyList<object?>)
                [p.Factors, p.Degree, p.Samples, p.Theory, p.Measured, p.Error, p.Measured / p.Theory]),
        ],
    };

    /// <summary>The first step at which half of the first value is left; infinity if it is not reached.</summary>
    internal static double HalfTime(DescentRun run, double[] values) => SpectralBias.firstHalf(run.Times, values);

    /// <summary>
    /// n μ_k over the trace of all higher degrees, which acts as a ridge at n points: the eigenvalues of K/n near μ_k
    /// are about μ_k and that trace over n.
    /// </summary>
    internal static double Dominance(DescentRun run, int degree, int samples)
    {
        // Rounding may leave less than 0 of a trace that ends at the degree.
        var higher = run.Sphere.Trace - run.Sphere.Levels.Take(degree + 1).Sum(level => level.Power);
        return samples * run.Sphere.Levels[degree].Eigenvalue / Math.Max(0, higher);
    }

    /// <summary>The number of harmonics of degree at most k that the kernel sees.</summary>
    internal static double Harmonics(DescentRun run, int degree) =>
        run.Sphere.Levels.Take(degree + 1).Where(level => level.Eigenvalue > 0).Sum(level => level.Multiplicity);
}
