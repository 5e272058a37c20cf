namespace HadamardNtk;

/// <summary>The tables of <see cref="ExtrapolationStudy"/>.</summary>
internal static class ExtrapolationTables
{
    internal static StudyTable[] Of(
        RayRun[] rays, TargetRun[] linear, TargetRun[] quadratic, CurveRun[] curves, FiniteCurveRun[] finite) =>
    [
        .. Kernels(rays, linear, quadratic, curves),
        .. finite.Length == 0 ? (StudyTable[])[] : [Finite(finite)],
    ];

    private static StudyTable Finite(FiniteCurveRun[] finite) => new()
    {
        Name = "finite-networks",
        Title = "Trained networks of finite width and their limits after the same steps: errors in percent",
        Columns =
        [
            "curve", "network", "m", "scatter", "finite inside", "limit inside", "finite outside", "limit outside",
        ],
        Rows =
        [
            .. finite.Select(run => (IReadOnlyList<object?>)
            [
                run.Curve.Name, run.Name, run.Width, run.Scatter, run.Error(run.Finite, true),
                run.Error(run.Limit, true), run.Error(run.Finite, false), run.Error(run.Limit, false),
            ]),
        ],
    };

    private static StudyTable[] Kernels(
        RayRun[] rays, TargetRun[] linear, TargetRun[] quadratic, CurveRun[] curves) =>
    [
        new()
        {
            Name = "curve-errors",
            Title = "Errors of the curves in percent: 100 median |error| / |y|",
            Columns = ["kernel", .. Curve.All.SelectMany(c => new[] { $"{c.Name} inside", $"{c.Name} outside" })],
            Rows =
            [
                .. curves.GroupBy(run => run.Name).Select(runs => (IReadOnlyList<object?>)
                    [runs.Key, .. runs.SelectMany(run => new object?[] { run.ErrorInside, run.ErrorOutside })]),
            ],
        },
        new()
        {
            Name = "ray-residuals",
            Title = "What polynomials of degree k in t leave of f(tv), relative to its greatest value",
            Columns =
            [
                "network", "bias", "f(tv) − t^N f(v)",
                .. Enumerable.Range(1, RayRun.MostDegree).Select(k => $"k = {k}"),
            ],
            Rows =
            [
                .. rays.Select(ray => (IReadOnlyList<object?>)
                [
                    ray.Name, ray.HasBias, ray.Near.Homogeneity(ray.Degree),
                    .. Enumerable.Range(1, RayRun.MostDegree).Select(k => (object?)ray.Near.Residual(0, k)),
                ]),
            ],
        },
        new()
        {
            Name = "targets",
            Title =
                "Greatest error at norm 3 over the greatest value: a linear target from ±e_i, a quadratic one from "
                + "the unit ball",
            Columns = ["network", "linear", "quadratic"],
            Rows = [.. linear.Zip(quadratic, (l, q) => (IReadOnlyList<object?>)[l.Name, l.Error, q.Error])],
        },
    ];
}
