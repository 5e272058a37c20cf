using HadamardNtk.Core;
using static HadamardNtk.StudyNumbers;

namespace HadamardNtk;

/// <summary>The claims of <see cref="SpectralBiasStudy"/>, each with what was measured.</summary>
internal static class SpectralBiasClaims
{
    private const string Sphere = "docs/mathematics.md, section 11";

    internal static IEnumerable<StudyClaim> Of(
        SpectralBiasOptions options, IReadOnlyList<DescentRun> runs, IReadOnlyList<LearningCurvePoint> curves,
        IReadOnlyList<FiniteDescentRun> finite)
    {
        if (runs.Count > 1)
        {
            yield return Parities(options, runs);
            yield return Speed(options, runs);
        }

        yield return Order(options, runs);
        yield return Decomposition(runs);
        yield return Alone(options, runs);
        yield return Constants();
        yield return Framework(curves);
        yield return Finite(options, finite);
    }

    // Networks whose kernels scatter more than this are reported alone.
    private const double Wide = 0.15;

    private static StudyClaim Finite(SpectralBiasOptions options, IReadOnlyList<FiniteDescentRun> finite)
    {
        const string statement = "Wide finite networks of the same form (scatter of the kernel below 0.15) lose their "
            + "degrees at the same rates, to a tenth of the start.";
        FiniteDescentRun[] trained = [.. finite.Where(run => run.Times.Length > 0)];
        if (trained.Length == 0)
        {
            return new(
                statement, SpectralBiasStudy.Source, "not measured here: no finite network was trained",
                ClaimVerdict.Reported);
        }

        double Worst(FiniteDescentRun run) =>
            options.Degrees.Select((_, i) => run.Deviation(i)).Max();
        string[] left = [.. finite.Where(run => run.Times.Length == 0).Select(run => run.Limit.Name)];
        return new(
            statement, SpectralBiasStudy.Source,
            $"m = {options.FiniteWidth}, {options.FiniteSteps} steps; greatest deviation of a degree's part, relative "
            + "to its start, and scatter of the kernel: "
            + string.Join(", ", trained.Select(run => $"{run.Limit.Name} {Text(Worst(run))}, {Text(run.Scatter)}"))
            + (left.Length > 0
                ? $"; not compared, since their kernels scatter by more than half: {string.Join(", ", left)}"
                : ""),
            trained.Any(run => run.Scatter < Wide)
                ? Verdict(trained.Where(run => run.Scatter < Wide).All(run => Worst(run) < 0.1))
                : ClaimVerdict.Reported);
    }

    private static StudyClaim Parities(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs)
    {
        int[] odd = [.. options.Degrees.Where(k => k % 2 == 1 && k > 1)];
        var blind = odd.All(k => runs[0].Sphere.Levels[k].Eigenvalue == 0);
        var plain = odd.Length == 0
            ? "no such degree was tried"
            : $"μ_k {(blind ? "is exactly 0" : "is not 0")} for k = {string.Join(", ", odd)}";
        var least = runs.Skip(1).Min(run =>
            options.Degrees.Min(k => run.Sphere.Levels[k].Eigenvalue / run.Sphere.Trace));
        return new(
            $"The tangent kernel of the {runs[0].Name} network sees no odd degree above 1; the product networks see "
            + "every degree.",
            SpectralBiasStudy.Source,
            $"{runs[0].Name}: {plain}; "
            + $"least μ_k/κ(1) of the others: {Text(least)}",
            odd.Length == 0 ? ClaimVerdict.Reported : Verdict(blind && least > 0));
    }

    private static StudyClaim Speed(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs)
    {
        var (low, high) = (options.Degrees[0], options.Degrees[^1]);
        double[] ratios =
            [.. runs.Select(run => run.Sphere.Levels[high].Eigenvalue / run.Sphere.Levels[low].Eigenvalue)];
        return new(
            "Product networks learn high degrees faster, compared with low ones, than the plain network.",
            SpectralBiasStudy.Source,
            $"μ_{high}/μ_{low}: " + string.Join(", ", runs.Zip(ratios, (run, ratio) => $"{run.Name} {Text(ratio)}")),
            low == high ? ClaimVerdict.Reported : Verdict(ratios.Skip(1).All(ratio => ratio > ratios[0])));
    }

    private static StudyClaim Order(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs)
    {
        var pairs = runs.SelectMany(run => Pairs(options, run)).ToArray();
        string Broken(bool resolved)
        {
            string[] broken = [.. pairs.Where(p => p.IsResolved == resolved && p.IsBroken).Select(p => p.Text)];
            return broken.Length == 0 ? "none out of order" : string.Join("; ", broken);
        }

        var tested = pairs.Count(p => p.IsResolved);
        return new(
            "Degrees are learned in their order, low ones first, as far as n points resolve them: the harmonics up to "
            + "k are fewer than n.",
            SpectralBiasStudy.Source,
            $"half-times of each degree's own part: of {tested} pairs that are resolved {Broken(true)}; of "
            + $"{pairs.Length - tested} that are not {Broken(false)}",
            tested == 0 ? ClaimVerdict.Reported : Verdict(!pairs.Any(p => p.IsResolved && p.IsBroken)));
    }

    /// <summary>Neighboring degrees that the kernel of a run sees.</summary>
    private static IEnumerable<(bool IsResolved, bool IsBroken, string Text)> Pairs(
        SpectralBiasOptions options, DescentRun run)
    {
        (int Degree, double Half)[] halves =
        [
            .. options.Degrees
                .Select((degree, i) => (degree, SpectralBiasTables.HalfTime(run, run.Own[i])))
                .Where(part => run.Sphere.Levels[part.degree].Eigenvalue > 0),
        ];
        return halves.Zip(halves.Skip(1)).Select(pair => (
            SpectralBiasTables.Harmonics(run, pair.Second.Degree) < options.Samples,
            pair.Second.Half < pair.First.Half,
            $"{run.Name}: {pair.Second.Degree} before {pair.First.Degree}"));
    }

    private static StudyClaim Decomposition(IReadOnlyList<DescentRun> runs)
    {
        var worst = runs
            .SelectMany(run => run.Simulated.Zip(run.Predicted).Concat(run.Own.Zip(run.OwnPredicted)))
            .Max(pair => Deviation(pair.First, pair.Second));
        return new(
            "The eigendecomposition of K/n predicts what is left of every degree at every step, within 5 %.", Sphere,
            $"greatest deviation {Text(100 * worst)} %, over parts above 1e-3 of their start",
            Verdict(worst < 0.05));
    }

    /// <summary>The greatest relative deviation over values above 1e-3 of the first one.</summary>
    internal static double Deviation(double[] simulated, double[] predicted) => simulated
        .Zip(predicted)
        .Where(pair => pair.First > 1e-3 * simulated[0])
        .Max(pair => Math.Abs(pair.First - pair.Second) / pair.First);

    private static StudyClaim Alone(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs)
    {
        var parts = runs.SelectMany(run => options.Degrees.Select((k, i) => (
                Few: SpectralBiasTables.Harmonics(run, k) < 0.1 * options.Samples
                    && SpectralBiasTables.Dominance(run, k, options.Samples) > 10,
                Ratio: SpectralBiasTables.HalfTime(run, run.Own[i])
                    / SpectralBias.halfTime(run.Rate, run.Sphere.Levels[k].Eigenvalue))))
            .Where(part => double.IsFinite(part.Ratio) && part.Ratio > 0)
            .ToArray();
        double[] few = [.. parts.Where(part => part.Few).Select(part => part.Ratio)];
        double[] many = [.. parts.Where(part => !part.Few).Select(part => part.Ratio)];
        string Range(double[] ratios) => ratios.Length == 0 ? "none" : $"{Text(ratios.Min())} to {Text(ratios.Max())}";
        return new(
            "The eigenvalue μ_k alone predicts the rate of degree k only while the harmonics up to k are far fewer "
            + "than the points, and n μ_k is far above the trace of all higher degrees.",
            Sphere,
            $"half-time over that of μ_k: {Range(few)} where both differ tenfold, {Range(many)} elsewhere",
            few.Length == 0 || many.Length == 0 ? ClaimVerdict.Reported : Verdict(Spread(few) < 0.5 * Spread(many)));
    }

    private static double Spread(IEnumerable<double> ratios) => ratios.Max(ratio => Math.Abs(Math.Log(ratio)));

    private static StudyClaim Constants()
    {
        const int degree = 400;
        SphereSpectrum Of(Network network) => SphereSpectrum.Of(network.Ntk(), 3, degree + 1);
        double At(SphereSpectrum sphere, int k) =>
            Math.Pow(k / (double)degree, 3) * sphere.Levels[k].Eigenvalue / sphere.Trace;
        var plain = At(Of(Network.Parse("dense relu dense")), degree);
        (int N, double Ratio)[] found =
        [
            .. new[] { 2, 3, 6, 9 }
                .Select(n => (N: n, Sphere: Of(StudyNetwork.Product(n).Network)))
                .SelectMany(p => new[] { degree, degree + 1 }.Select(k => (p.N, At(p.Sphere, k) / plain))),
        ];
        var worst = found.Max(p => Math.Abs(p.Ratio / (p.N / (p.N + 1.0)) - 1));
        return new(
            "A product of N ReLU factors keeps the decay of the plain network, k^−d, at every parity, with N/(N+1) of "
            + "its constant.",
            Sphere,
            $"d = 3, k = {degree} and {degree + 1}, N = 2, 3, 6, 9: within {Text(100 * worst)} % of N/(N+1)",
            Verdict(worst < 0.01));
    }

    private static StudyClaim Framework(IReadOnlyList<LearningCurvePoint> curves)
    {
        var worst = curves.MaxBy(p => Math.Abs(Math.Log(p.Measured / p.Theory)))!;
        var within = curves.Count(p => Math.Abs(p.Measured / p.Theory - 1) < 0.1 + 2 * p.Error / p.Theory);
        return new(
            "The eigenframework predicts the error of kernel regression within 10 %.",
            "Simon, Dickens, Karkada, DeWeese: The eigenlearning framework (2021)",
            $"{within} of {curves.Count} points within 10 % and twice the standard error of the experiment; the "
            + $"furthest: {worst.Factors} factors, degree {worst.Degree}, n = {worst.Samples}, experiment/theory "
            + Text(worst.Measured / worst.Theory),
            Verdict(within == curves.Count));
    }
}
