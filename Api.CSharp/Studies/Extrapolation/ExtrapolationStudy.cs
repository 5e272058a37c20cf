namespace HadamardNtk;

/// <summary>
/// What kernel regression with the tangent kernels of MLPs and of polynomial nets does beyond its training data: Wu,
/// Zhu, Liu, Chrysos and Cevher, Extrapolation and spectral bias of neural nets with Hadamard product (2022).
/// </summary>
/// <remarks>
/// <para>ReLU factors are homogeneous: without biases a product of N of them has f(tv) = t^N f(v) for t > 0, a CCP of
/// degree N is a polynomial of degree N in t without a constant term, and an MLP is linear; with biases they tend to
/// that. The study fits polynomials along random rays beyond the training ball, learns a linear target from ±e_i, two
/// curves on an interval, and a quadratic form.</para>
/// <para>The result depends on the options alone. Source of the formulas: docs/mathematics.md, section 12.</para>
/// </remarks>
public static class ExtrapolationStudy
{
    /// <summary>Runs the study.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The options make no experiment.</exception>
    public static StudyResult Run(
        ExtrapolationOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new();
        options.Require();
        var (plain, biased) = (ExtrapolationNetworks.Of(0), ExtrapolationNetworks.Of(options.Bias));
        ExtrapolationNetworks.Entry[] all = [.. plain, .. biased];
        RayRun[] rays =
        [
            .. all.Select((entry, i) =>
            {
                progress?.Report(0.4 * i / all.Length);
                return RayRun.Of(entry, options, cancellation);
            }),
        ];
        TargetRun[] linear = [.. Targets(all).Select(network => TargetRun.Linear(network, options, cancellation))];
        progress?.Report(0.5);
        TargetRun[] quadratic =
            [.. Targets(all).Select(network => TargetRun.Quadratic(network, options, cancellation))];
        CurveRun[] curves = [.. Curve.All.SelectMany((curve, c) =>
        {
            progress?.Report(0.6 + 0.2 * c);
            return Kernels(all).Select(kernel =>
                CurveRun.Of(kernel.Name, kernel.HasBias, kernel.Kernel, curve, options, cancellation));
        })];
        FiniteCurveRun[] finite = options.Finite is not { } training ? [] :
        [
            .. Curve.All.SelectMany(curve => biased.SelectMany(entry => options.Widths.Select(width =>
                FiniteCurveRun.Of(
                    NameOf(entry), entry.Network.Network, curve, width, training, options, cancellation)))),
        ];
        progress?.Report(1);
        return new()
        {
            Name = "extrapolation",
            Title = "Extrapolation of polynomial nets",
            Summary =
                "What does a network say where it has seen nothing? Beyond the training data a ReLU network goes on "
                + "along a straight line, and a product of N ReLU layers as a polynomial of degree N. Kernel "
                + "regression with the tangent kernels of infinitely wide networks shows it exactly, along rays and "
                + "on two curves, beside the Gaussian and the Laplace kernel.",
            Seed = options.Seed,
            Parameters = Parameters(options, all),
            Claims = [.. ExtrapolationClaims.Of(rays, linear, quadratic, curves, finite)],
            Charts = ExtrapolationCharts.Of(rays, curves, finite),
            Tables = ExtrapolationTables.Of(rays, linear, quadratic, curves, finite),
        };
    }

    private static StudyParameter[] Parameters(ExtrapolationOptions options, ExtrapolationNetworks.Entry[] all) =>
    [
        new("points in the ball", $"{options.Samples}"),
        new("points of a curve", $"{options.CurveSamples}"),
        new("features", $"{options.Dimension}"),
        new("rays", $"{options.Rays}"),
        .. options.Finite is null ? (StudyParameter[])[] :
        [
            new("width of finite networks", $"{options.FiniteWidth}"),
            new("their steps", $"{options.FiniteSteps}"),
        ],
        .. all.Select(entry => new StudyParameter(NameOf(entry), entry.Network.Notation)),
    ];

    private static string NameOf(ExtrapolationNetworks.Entry entry) =>
        entry.Bias > 0 ? $"{entry.Network.Name}, bias" : entry.Network.Name;

    private static IEnumerable<StudyNetwork> Targets(ExtrapolationNetworks.Entry[] all) =>
        all.Select(entry => entry.Network with { Name = NameOf(entry) });

    private static IEnumerable<(string Name, bool? HasBias, IKernel<Matrix> Kernel)> Kernels(
        ExtrapolationNetworks.Entry[] all) =>
    [
        .. all.Select(entry => (NameOf(entry), (bool?)(entry.Bias > 0), (IKernel<Matrix>)entry.Network.Network.Ntk())),
        ("Laplace", null, StationaryKernel.Laplace(2)),
        ("Gaussian", null, StationaryKernel.Gaussian(1)),
    ];
}
