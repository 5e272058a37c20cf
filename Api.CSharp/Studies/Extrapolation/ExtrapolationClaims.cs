using static HadamardNtk.StudyNumbers;

namespace HadamardNtk;

/// <summary>The claims of <see cref="ExtrapolationStudy"/>, each with what was measured.</summary>
internal static class ExtrapolationClaims
{
    private const string Xu = "Xu, Zhang, Li, Du, Kawarabayashi, Jegelka: How neural networks extrapolate (2021)";

    internal static IEnumerable<StudyClaim> Of(
        RayRun[] rays, TargetRun[] linear, TargetRun[] quadratic, CurveRun[] curves, FiniteCurveRun[] finite)
    {
        yield return Homogeneous(
            "Without biases, a product of N ReLU layers grows as t^N along every ray: f(tv) = t^N f(v).",
            SpectralBiasStudy.Source,
            rays.Where(ray => !ray.HasBias && ray.Name.StartsWith("PNN", StringComparison.Ordinal)));
        yield return Homogeneous(
            "Without biases, a ReLU network is linear along every ray.", Xu,
            rays.Where(ray => !ray.HasBias && ray.Degree == 1));
        yield return Polynomial(rays.Single(ray => !ray.HasBias && ray.Name == "CCP 3"));
        yield return Biased(rays);
        yield return Exact(linear);
        yield return Shifted(linear);
        foreach (var curve in Curve.All)
        {
            yield return Better(curve, [.. curves.Where(run => run.Curve == curve)]);
        }

        yield return Quadratic(quadratic);
        if (finite.Length > 0)
        {
            yield return Finite(finite);
        }
    }

    private static StudyClaim Finite(FiniteCurveRun[] finite)
    {
        (FiniteCurveRun Narrow, FiniteCurveRun Wide)[] pairs =
        [
            .. finite.Where(run => run.Finite.Length > 0)
                .GroupBy(run => (run.Name, run.Curve))
                .Where(runs => runs.Count() == 2)
                .Select(runs => (runs.MinBy(run => run.Width)!, runs.MaxBy(run => run.Width)!)),
        ];
        var nearer = pairs.Count(pair => pair.Wide.Gap < pair.Narrow.Gap);
        return new(
            "The wider trained networks are, the more closely they go on beyond their training range as their limits "
            + "do.",
            "Lee et al.: Wide neural networks of any depth evolve as linear models (2019)",
            $"median difference outside, relative to the greatest value, at the smaller and the larger width: "
            + string.Join(", ", pairs.Select(pair =>
                $"{pair.Wide.Curve.Name} {pair.Wide.Name} {Text(pair.Narrow.Gap)} and {Text(pair.Wide.Gap)}"))
            + $"; nearer in {nearer} of {pairs.Length}",
            pairs.Length == 0 ? ClaimVerdict.Reported : Verdict(nearer >= 0.8 * pairs.Length));
    }

    private static StudyClaim Quadratic(TargetRun[] runs)
    {
        IEnumerable<double> Errors(string name) =>
            runs.Where(run => run.Name.StartsWith(name, StringComparison.Ordinal)).Select(run => run.Error);
        return new(
            "Products of two layers continue a quadratic form more closely than MLPs.", SpectralBiasStudy.Source,
            "greatest error at norm 3: " + string.Join(", ", runs.Select(run => $"{run.Name} {Text(run.Error)}")),
            Verdict(Errors("PNN 2").Max() < Errors("MLP").Min()));
    }

    private static StudyClaim Homogeneous(string statement, string source, IEnumerable<RayRun> rays)
    {
        RayRun[] all = [.. rays];
        return new(
            statement, source,
            "greatest deviation, relative: "
            + string.Join(", ", all.Select(r => $"{r.Name} {Text(r.Near.Homogeneity(r.Degree))}")),
            Verdict(all.All(ray => ray.Near.Homogeneity(ray.Degree) < 1e-12)));
    }

    private static StudyClaim Polynomial(RayRun ray) => new(
        $"A {ray.Name} without biases is a polynomial of degree {ray.Degree} in t along every ray, without a constant "
        + "term.",
        SpectralBiasStudy.Source,
        $"relative residual of degree {ray.Degree}: {Text(ray.Near.Residual(1, ray.Degree))}; of degree "
        + $"{ray.Degree - 1}: " + Text(ray.Near.Residual(1, ray.Degree - 1)),
        Verdict(ray.Near.Residual(1, ray.Degree) < 1e-12 && ray.Near.Residual(1, ray.Degree - 1) > 1e-6));

    private static StudyClaim Biased(RayRun[] rays)
    {
        (RayRun Ray, double Near, double Far)[] biased =
        [
            .. rays.Where(ray => ray.HasBias && ray.Name != ExtrapolationNetworks.UnbiasedFactors)
                .Select(ray => (ray, ray.Near.Residual(0, ray.Degree), ray.Far.Residual(0, ray.Degree))),
        ];
        return new(
            "With biases in the ReLU layers the networks grow as polynomials of the same degrees far out only.",
            SpectralBiasStudy.Source,
            "relative residual of that degree for t from 1.5 to 11.25, and from 1500 to 11,250: "
            + string.Join(", ", biased.Select(run => $"{run.Ray.Name} {Text(run.Near)}, {Text(run.Far)}")),
            Verdict(biased.All(run => run.Near > 1e-9 && run.Far < 0.01 * run.Near)));
    }

    private static StudyClaim Exact(TargetRun[] linear)
    {
        var plain = linear.Single(run => run.Name == "MLP, 2 layers");
        return new(
            "The tangent kernel of a two-layer ReLU network without biases learns a linear target exactly from ±e_i, "
            + "with ridge 0.",
            Xu, $"greatest error at norm 3, relative: {Text(plain.Error)}", Verdict(plain.Error < 1e-10));
    }

    private static StudyClaim Shifted(TargetRun[] linear)
    {
        var biased = linear.Single(run => run.Name == "MLP, 2 layers, bias");
        var deep = linear.Single(run => run.Name == "MLP, 4 layers");
        return new(
            "With a bias, or with three hidden layers, the same points do not determine a linear target.",
            "docs/mathematics.md, section 12",
            $"greatest error at norm 3, relative: {Text(biased.Error)} with bias, {Text(deep.Error)} with three hidden "
            + "layers",
            Verdict(biased.Error > 0.01 && deep.Error > 0.01));
    }

    private static StudyClaim Better(Curve curve, CurveRun[] runs)
    {
        double Outside(string name) => runs.Single(run => run.Name == name).ErrorOutside;
        var mlp = Math.Min(Outside("MLP, 2 layers, bias"), Outside("MLP, 4 layers, bias"));
        CurveRun[] nets =
        [
            .. runs.Where(run => run.HasBias == true && !run.Name.StartsWith("MLP", StringComparison.Ordinal)),
        ];
        var best = nets.MinBy(run => run.ErrorOutside)!;
        return new(
            $"Beyond its training range, polynomial nets follow {curve.Title} more closely than ReLU networks.",
            SpectralBiasStudy.Source,
            $"median error outside, in percent: {best.Name} {Text(best.ErrorOutside)}, best MLP {Text(mlp)}, Laplace "
            + $"{Text(Outside("Laplace"))}, Gaussian {Text(Outside("Gaussian"))}; "
            + $"{nets.Count(n => n.ErrorOutside < mlp)} of {nets.Length} polynomial nets are below the best MLP",
            Verdict(2 * nets.Count(n => n.ErrorOutside < mlp) > nets.Length));
    }
}
