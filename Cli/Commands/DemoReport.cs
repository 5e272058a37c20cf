namespace HadamardNtk.Cli.Commands;

/// <summary>The demo as a study, with pictures.</summary>
internal static class DemoReport
{
    /// <summary>The file of the page.</summary>
    internal const string Page = "report.html";

    private const int Points = 300;
    private const int Dimension = 3;
    private const int FirstFitted = 12;

    /// <summary>The demo's result, from the predictions of its duel.</summary>
    internal static StudyResult Of(
        IReadOnlyList<(string Name, Network Network)> nets, IReadOnlyList<Prediction> duel,
        CancellationToken stop) => new()
        {
            Name = "demo",
            Title = "A tour of HadamardNtk",
            Summary =
                "Three networks, each one line of text, read as kernels: a relu network, and products of two and of "
                + "three layers. They are trained on a cubic polynomial by kernel regression and asked beyond the "
                + "training range; their kernels have spectra on a sphere, at random points and by degree.",
            Seed = 1,
            Parameters = [.. nets.Select(net => new StudyParameter(net.Name, net.Network.ToString()))],
            Claims = [Duel(nets, duel)],
            Charts = [Curves(nets, duel), Spectra(nets, stop), Degrees(nets)],
            Maps = [SpectrumPictures.Circle(new(nets[^1].Name, nets[^1].Network), 30)],
        };

    private static StudyClaim Duel(IReadOnlyList<(string Name, Network Network)> nets, IReadOnlyList<Prediction> duel)
    {
        double[] errors = [.. duel.Select(prediction => DemoData.Error(prediction.Mean, inside: false))];
        return new(
            "A product of three layers goes on as a cubic where a ReLU network turns straight.",
            "Wu, Zhu, Liu, Chrysos, Cevher: Extrapolation and spectral bias of neural nets with Hadamard product "
            + "(2022)",
            "median error beyond the training range, in percent: "
            + string.Join(", ", nets.Zip(errors, (net, error) => $"{net.Name} {StudyNumbers.Text(error)}")),
            errors[^1] < 1 && errors[0] > 10 ? ClaimVerdict.Found : ClaimVerdict.NotFound);
    }

    private static StudyChart Curves(
        IReadOnlyList<(string Name, Network Network)> nets, IReadOnlyList<Prediction> duel)
    {
        var x = DemoData.Test.Column(0);
        var truth = DemoData.Target(DemoData.Test).Column(0);
        return new()
        {
            Name = "duel",
            Title = "y = x³ + x² − 5x + 5, learned on [−2.5, 2.5]",
            X = new("x"),
            Y = new("y"),
            Shaded = new(-DemoData.Reach, DemoData.Reach, "training range"),
            Caption = "Posterior means with two standard deviations.",
            Series =
            [
                .. nets.Zip(duel, (net, prediction) => Band(net.Name, x, prediction)),
                new() { Name = "target", X = x, Y = truth, Style = SeriesStyle.Dashed },
            ],
        };
    }

    private static StudySeries Band(string name, double[] x, Prediction prediction)
    {
        var mean = prediction.Mean.Column(0);
        // Bands of hundreds would hide the curves.
        const double most = 250;
        return new()
        {
            Name = name,
            X = x,
            Y = mean,
            Lower = [.. mean.Zip(prediction.Deviation!, (m, s) => Math.Clamp(m - 2 * s, -most, most))],
            Upper = [.. mean.Zip(prediction.Deviation!, (m, s) => Math.Clamp(m + 2 * s, -most, most))],
        };
    }

    private static StudyChart Spectra(
        IReadOnlyList<(string Name, Network Network)> nets, CancellationToken stop) => new()
        {
            Name = "spectra",
            Title = "Eigenvalues of K/n with fitted power laws",
            X = new("index j", Logarithmic: true),
            Y = new("λ_j / tr", Logarithmic: true),
            Caption = $"{Points} random points of a sphere in {Dimension} dimensions. Dashed: c j^−a, fitted from "
                + $"j = 12 to {Points / 4}.",
            Series =
        [
            .. nets.SelectMany((net, i) => SpectrumPictures.Fitted(
                net.Name, Spectrum.Of(net.Network.Ntk(), Sphere(), null, stop), FirstFitted, i)),
        ],
        };

    /// <summary>Points of the sphere |x|² = d, to which the eigenvalues by degree belong.</summary>
    private static Matrix Sphere()
    {
        var directions = RayGrowth.RandomDirections(Points, Dimension, 1).AsSpan().ToArray();
        return Matrix.Wrap(Array.ConvertAll(directions, v => v * Math.Sqrt(Dimension)), Points, Dimension);
    }

    private static StudyChart Degrees(IReadOnlyList<(string Name, Network Network)> nets) => new()
    {
        Name = "degrees",
        Title = "Eigenvalues by degree",
        X = new("degree k", Logarithmic: true),
        Y = new("μ_k / κ(1)", Logarithmic: true),
        Caption =
            $"On the sphere in {Dimension} dimensions. The products are polynomials in x·x′ and end at their degree.",
        Series =
        [
            .. nets.Select((net, i) => ByDegree(net.Name, SphereSpectrum.Of(net.Network.Ntk(), Dimension, 60), i)),
        ],
    };

    private static StudySeries ByDegree(string name, SphereSpectrum sphere, int group)
    {
        SphereEigenvalue[] levels = [.. sphere.Levels.Skip(1).Where(level => level.Eigenvalue > 0)];
        return new()
        {
            Name = name,
            X = [.. levels.Select(level => (double)level.Degree)],
            Y = [.. levels.Select(level => level.Eigenvalue / sphere.Trace)],
            Style = SeriesStyle.Points,
            Group = group,
        };
    }
}
