namespace HadamardNtk;

/// <summary>The charts of <see cref="SpectralBiasStudy"/>.</summary>
internal static class SpectralBiasCharts
{
    internal static StudyChart[] Of(
        SpectralBiasOptions options, IReadOnlyList<DescentRun> runs, IReadOnlyList<LearningCurvePoint> curves,
        IReadOnlyList<FiniteDescentRun> finite) =>
    [
        Sphere(options, runs),
        Gram(options, runs),
        .. runs.Select(run => Residuals(options, run)),
        .. finite.Where(run => run.Times.Length > 0).Select(run => Finite(options, run)),
        Curves(curves),
    ];

    private static StudyChart Finite(SpectralBiasOptions options, FiniteDescentRun run) => new()
    {
        Name = $"finite-{StudyOptions.FileName(run.Limit.Name)}",
        Title = $"A network of width {options.FiniteWidth} beside its limit: {run.Limit.Name}",
        X = new("steps of gradient descent + 1", Logarithmic: true),
        Y = new("part of degree k in the residual, relative to its start", Logarithmic: true),
        Caption = "Points: the trained network. Dashed: the infinitely wide one.",
        Series =
        [
            .. options.Degrees.SelectMany((degree, i) => new[]
            {
                Relative($"k = {degree}", run.Times, run.Parts[i], SeriesStyle.Points, i),
                Relative(
                    $"k = {degree}, limit", run.Times, run.Limit.Simulated[i][..run.Times.Length],
                    SeriesStyle.Dashed, i),
            }),
        ],
    };

    private static StudyChart Sphere(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs) => new()
    {
        Name = "sphere",
        Title = "Eigenvalues by degree",
        X = new("degree k", Logarithmic: true),
        Y = new("μ_k / κ(1)", Logarithmic: true),
        Caption = $"On the sphere in {options.Dimension} dimensions. Eigenvalues that are 0 by symmetry are not drawn.",
        Series =
        [
            .. runs
                .Select((run, i) =>
                    (run, Levels: run.Sphere.Levels.Skip(1).Where(l => l.Eigenvalue > 0).ToArray(), i))
                .Select(r => new StudySeries
                {
                    Name = r.run.Name,
                    X = [.. r.Levels.Select(level => (double)level.Degree)],
                    Y = [.. r.Levels.Select(level => level.Eigenvalue / r.run.Sphere.Trace)],
                    Style = SeriesStyle.Points,
                    Group = r.i,
                }),
        ],
    };

    private static StudyChart Gram(SpectralBiasOptions options, IReadOnlyList<DescentRun> runs) => new()
    {
        Name = "gram",
        Title = "Eigenvalues of K/n with fitted power laws",
        X = new("index j", Logarithmic: true),
        Y = new("λ_j / tr", Logarithmic: true),
        Caption = $"n = {options.Samples} points. Dashed: c j^−a, fitted from j = {FirstFitted(options.Samples)} to "
            + $"{options.Samples / 4}, or as far as eigenvalues are more than rounding.",
        Series =
        [
            .. runs.Take(4).SelectMany((run, i) =>
                SpectrumPictures.Fitted(run.Name, run.Spectrum, FirstFitted(options.Samples), i)),
        ],
    };

    // The first few eigenvalues are not yet on the law.
    private static int FirstFitted(int n) => Math.Min(12, n / 8);

    private static StudyChart Residuals(SpectralBiasOptions options, DescentRun run) => new()
    {
        Name = $"residuals-{StudyOptions.FileName(run.Name)}",
        Title = $"What is left of each degree: {run.Name}",
        X = new("steps of gradient descent + 1", Logarithmic: true),
        Y = new("part of degree k, relative to its start", Logarithmic: true),
        Caption = "Of each degree's own part of the target. Points: simulated. Dashed: predicted by the "
            + "eigendecomposition of K/n.",
        Series =
        [
            .. options.Degrees.SelectMany((degree, i) => new[]
            {
                Relative($"k = {degree}", run.Times, run.Own[i], SeriesStyle.Points, i),
                Relative($"k = {degree}, predicted", run.Times, run.OwnPredicted[i], SeriesStyle.Dashed, i),
            }),
        ],
    };

    private static StudySeries Relative(
        string name, double[] times, double[] values, SeriesStyle style, int group) => new()
        {
            Name = name,
            X = [.. times.Select(t => t + 1)],
            Y = [.. values.Select(v => v / values[0])],
            Style = style,
            Group = group,
        };

    private static StudyChart Curves(IReadOnlyList<LearningCurvePoint> curves) => new()
    {
        Name = "learning-curves",
        Title = "Learning curves: theory and experiment",
        X = new("training points n", Logarithmic: true),
        Y = new("excess mean squared error", Logarithmic: true),
        Caption =
            "Dashed: the eigenframework. Points: kernel regression, with twice the standard error over training sets.",
        Series =
        [
            .. curves.GroupBy(p => (p.Factors, p.Degree)).SelectMany((points, i) => Curve(points, points.Key, i)),
        ],
    };

    private static StudySeries[] Curve(
        IEnumerable<LearningCurvePoint> points, (int Factors, int Degree) key, int group)
    {
        LearningCurvePoint[] all = [.. points];
        var name = $"{(key.Factors == 1 ? "1 factor" : $"{key.Factors} factors")}, degree {key.Degree}";
        double[] n = [.. all.Select(p => (double)p.Samples)];
        return
        [
            new()
            {
                Name = $"{name}, theory",
                X = n,
                Y = [.. all.Select(p => p.Theory)],
                Style = SeriesStyle.Dashed,
                Group = group,
            },
            new()
            {
                Name = name,
                X = n,
                Y = [.. all.Select(p => p.Measured)],
                Lower = [.. all.Select(p => Math.Max(p.Measured - 2 * p.Error, 0.1 * p.Measured))],
                Upper = [.. all.Select(p => p.Measured + 2 * p.Error)],
                Style = SeriesStyle.Points,
                Group = group,
            },
        ];
    }
}
