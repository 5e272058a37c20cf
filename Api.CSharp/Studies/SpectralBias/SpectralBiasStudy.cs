namespace HadamardNtk;

/// <summary>
/// The order in which kernel gradient descent learns the degrees of a target on the sphere, for a plain ReLU network
/// and for products: Wu, Zhu, Liu, Chrysos and Cevher, Extrapolation and spectral bias of neural nets with Hadamard
/// product (2022). The networks are infinitely wide, and beside them of finite width where
/// <see cref="SpectralBiasOptions.Finite"/> trains them.
/// </summary>
/// <remarks>
/// <para>n points are uniform on |x|² = d in R^d; the target is Σ_k 0.1 P_k(⟨x, ζ_k⟩/d) with random points ζ_k of the
/// sphere. A step of descent takes the residuals r to (I − η K/n) r with η = 1/λ_1, and the part of degree k that is
/// left is a_k = |n^(−1/2) Σ_i P_k(⟨x_i, ζ_k⟩/d) r_i|. It is simulated step by step, predicted by the
/// eigendecomposition of K/n, and predicted by the eigenvalue μ_k of the sphere alone.</para>
/// <para>The result depends on the options alone. Source of the formulas: docs/mathematics.md, sections 11
/// and 12.</para>
/// </remarks>
/// <example><code>
/// var result = SpectralBiasStudy.Run(SpectralBiasOptions.Full with { Seed = 3 });
/// StudyText.Write(result, Console.Out);                           // every claim with what was measured
/// StudyFiles.Write(result, "spectral-bias");
/// </code></example>
public static class SpectralBiasStudy
{
    internal const string Source =
        "Wu, Zhu, Liu, Chrysos, Cevher: Extrapolation and spectral bias of neural nets with Hadamard product (2022)";

    /// <summary>Runs the study.</summary>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The options make no experiment.</exception>
    public static StudyResult Run(
        SpectralBiasOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new();
        options.Require();
        var data = SphereData.Draw(options);
        var parts = options.Networks.Count + (options.Finite is null ? 2.0 : 6.0);
        List<DescentRun> runs = [];
        foreach (var network in options.Networks)
        {
            var done = runs.Count;
            runs.Add(DescentRun.Of(
                network, data, options, part => progress?.Report((done + part) / parts), cancellation));
        }

        var finite = FiniteDescentRun.Of(
            options, data, runs, part => progress?.Report((runs.Count + 4 * part) / parts), cancellation);
        var begun = runs.Count + (options.Finite is null ? 0 : 4);
        var curves = Curves(options, part => progress?.Report((begun + 2 * part) / parts), cancellation);
        progress?.Report(1);
        return new()
        {
            Name = "spectral-bias",
            Title = "Spectral bias of polynomial nets",
            Summary =
                "Which parts of a target does a network learn first? Points lie on a sphere, the target has one part "
                + "of each of several degrees, and kernel gradient descent with the tangent kernel of an infinitely "
                + "wide network removes each part at a rate that the kernel's eigenvalues decide. Products of ReLU "
                + "layers (PNN, CCP) are compared with the plain two-layer ReLU network. "
                + (options.Finite is null
                    ? "Finite networks of the same form are not trained here."
                    : "Networks of finite width of the same form are trained beside them."),
            Seed = options.Seed,
            Parameters = Parameters(options),
            Claims = [.. SpectralBiasClaims.Of(options, runs, curves, finite)],
            Charts = SpectralBiasCharts.Of(options, runs, curves, finite),
            Tables = SpectralBiasTables.Of(options, runs, curves, finite),
            Maps = [SpectrumPictures.Circle(options.Networks[^1], 72)],
        };
    }

    private static StudyParameter[] Parameters(SpectralBiasOptions options) =>
    [
        new("points n", $"{options.Samples}"),
        new("dimension d", $"{options.Dimension}"),
        new("degrees", string.Join(", ", options.Degrees)),
        new("steps", $"{options.Steps}"),
        new("trials per learning curve point", $"{options.Trials}"),
        .. options.Finite is null ? (StudyParameter[])[] :
        [
            new("width of finite networks", $"{options.FiniteWidth}"),
            new("their steps", $"{options.FiniteSteps}"),
        ],
        .. options.Networks.Select(network => new StudyParameter(network.Name, network.Notation)),
    ];

    /// <summary>Learning curves of one factor and of three, for targets of degree 1 and 2.</summary>
    private static List<LearningCurvePoint> Curves(
        SpectralBiasOptions options, Action<double> progress, CancellationToken cancellation)
    {
        List<LearningCurvePoint> points = [];
        var total = 4.0 * options.CurveSamples.Sum();
        var done = 0;
        foreach (var factors in new[] { 1, 3 })
        {
            var kernel = StudyNetwork.Product(factors).Network.Ntk();
            var sphere = SphereSpectrum.Of(kernel, options.Dimension, 200);
            foreach (var degree in new[] { 1, 2 })
            {
                foreach (var samples in options.CurveSamples)
                {
                    points.Add(LearningCurvePoint.Of(
                        kernel, sphere, factors, degree, samples, options, cancellation));
                    done += samples;
                    progress(done / total);
                }
            }
        }

        return points;
    }
}
