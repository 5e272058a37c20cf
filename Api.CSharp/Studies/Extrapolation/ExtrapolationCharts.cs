namespace HadamardNtk;

/// <summary>The charts of <see cref="ExtrapolationStudy"/>.</summary>
internal static class ExtrapolationCharts
{
    internal static StudyChart[] Of(RayRun[] rays, CurveRun[] curves, FiniteCurveRun[] finite) =>
    [
        .. Curve.All.SelectMany(curve => new[]
        {
            Shapes(
                curve, "networks", "networks with biases",
                [.. curves.Where(r => r.Curve == curve && r.HasBias == true)]),
            Shapes(curve, "kernels", "posterior bands", [.. Bands(curves.Where(r => r.Curve == curve))], bands: true),
        }),
        .. Curve.All.Select(curve => (Curve: curve, Runs: Widest(curve, finite)))
            .Where(pair => pair.Runs.Length > 0)
            .Select(pair => Finite(pair.Curve, pair.Runs)),
        Rays(rays),
    ];

    // More networks than a few hide one another; the table has all of them.
    private static FiniteCurveRun[] Widest(Curve curve, FiniteCurveRun[] finite) =>
    [
        .. finite.Where(run =>
            run.Name is "MLP, 2 layers, bias" or "PNN 2, bias" or "CCP 3, bias"
            && run.Curve == curve && run.Finite.Length > 0 && run.Width == finite.Max(other => other.Width)),
    ];

    private static StudyChart Finite(Curve curve, FiniteCurveRun[] runs)
    {
        var points = runs[0].Points;
        double[] truth = [.. points.Select(curve.Target)];
        return new()
        {
            Name = $"{curve.Name}-finite",
            Title = $"{curve.Title}: trained networks and their limits",
            X = new("x"),
            Y = new("y"),
            Shaded = new(-curve.Inside, curve.Inside, "training range"),
            Caption = "Lines: networks of finite width, trained. Dashed: their limits after the same steps. Values far "
                + "beyond the target are cut off; the table has more networks.",
            Series =
            [
                new() { Name = "target", X = points, Y = truth, Group = 0 },
                .. runs.SelectMany((run, i) => new StudySeries[]
                {
                    new() { Name = run.Name, X = points, Y = Clipped(run.Finite, truth), Group = i + 1 },
                    new()
                    {
                        Name = $"{run.Name}, limit",
                        X = points,
                        Y = Clipped(run.Limit, truth),
                        Style = SeriesStyle.Dashed,
                        Group = i + 1,
                    },
                }),
            ],
        };
    }

    // Polynomials leave the picture soon.
    private static double[] Clipped(double[] values, double[] truth)
    {
        var (least, most) = Frame(truth);
        return Array.ConvertAll(values, y => y < least || y > most ? double.NaN : y);
    }

    private static (double Least, double Most) Frame(double[] truth)
    {
        var margin = 0.5 * (truth.Max() - truth.Min());
        return (truth.Min() - margin, truth.Max() + margin);
    }

    private static IEnumerable<CurveRun> Bands(IEnumerable<CurveRun> runs) =>
        runs.Where(run => run.Name is "PNN 3, bias" or "MLP, 4 layers, bias" or "Gaussian");

    private static StudyChart Shapes(
        Curve curve, string name, string title, CurveRun[] runs, bool bands = false)
    {
        var points = runs[0].Points;
        double[] truth = [.. points.Select(curve.Target)];
        var (least, most) = Frame(truth);
        double Bound(double y) => Math.Clamp(y, least, most);
        return new()
        {
            Name = $"{curve.Name}-{name}",
            Title = $"{curve.Title}: {title}",
            X = new("x"),
            Y = new("y"),
            Shaded = new(-curve.Inside, curve.Inside, "training range"),
            Caption = bands
                ? "Bands: the posterior mean plus and minus two standard deviations. Values far beyond the target are "
                    + "cut off."
                : "Predictions of kernel regression with each network's tangent kernel. Values far beyond the target "
                    + "are cut off.",
            Series =
            [
                new() { Name = "target", X = points, Y = truth, Style = SeriesStyle.Dashed },
                .. runs.Select(run => new StudySeries
                {
                    Name = run.Name,
                    X = points,
                    Y = Clipped(run.Mean, truth),
                    Lower = bands ? [.. run.Mean.Zip(run.Deviation, (m, s) => Bound(m - 2 * s))] : null,
                    Upper = bands ? [.. run.Mean.Zip(run.Deviation, (m, s) => Bound(m + 2 * s))] : null,
                }),
            ],
        };
    }

    private static StudyChart Rays(RayRun[] rays) => new()
    {
        Name = "rays",
        Title = "Growth along a ray beyond the unit ball, without biases",
        X = new("t", Logarithmic: true),
        Y = new("|f(tv)| / |f(1.5 v)|", Logarithmic: true),
        Caption = "The slope is the degree of the network: 1 for an MLP, N for a product of N layers.",
        Series =
        [
            .. rays.Where(ray => !ray.HasBias).Select(ray => new StudySeries
            {
                Name = ray.Name,
                X = ray.Near.Times,
                Y = [.. ray.Near.Values.Row(0).ToArray().Select(value => Math.Abs(value / ray.Near.Values[0, 0]))],
            }),
        ],
    };
}
