namespace HadamardNtk;

/// <summary>The options of <see cref="ExtrapolationStudy"/>.</summary>
public sealed record ExtrapolationOptions
{
    /// <summary>
    /// The number of training points of the rays and of the quadratic target, in the unit ball; at least 10.
    /// </summary>
    public int Samples { get; init; } = 60;

    /// <summary>The number of training points of a curve, equally spaced; at least 10.</summary>
    public int CurveSamples { get; init; } = 101;

    /// <summary>d, the number of features of the rays; at least 2.</summary>
    public int Dimension { get; init; } = 5;

    /// <summary>The number of random rays; at least 1.</summary>
    public int Rays { get; init; } = 20;

    /// <summary>The bias b of the networks that have one, positive.</summary>
    public double Bias { get; init; } = 0.5;

    /// <summary>
    /// What trains networks of finite width on the curves, such as <c>TorchTraining</c> of HadamardNtk.Torch; null
    /// leaves them out.
    /// </summary>
    public IFiniteTraining? Finite { get; init; }

    /// <summary>The width of these networks, beside a quarter of it; at least 8.</summary>
    public int FiniteWidth { get; init; } = 1024;

    /// <summary>The number of their steps; at least 1.</summary>
    public int FiniteSteps { get; init; } = 300;

    /// <summary>What the training points, targets and rays are drawn from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>More training points and rays.</summary>
    public static ExtrapolationOptions Full { get; } = new()
    {
        Samples = 400,
        CurveSamples = 401,
        Rays = 100,
        FiniteWidth = 4096,
        FiniteSteps = 3000,
    };

    /// <summary>A quarter of the width, and the width.</summary>
    internal IReadOnlyList<int> Widths => [FiniteWidth / 4, FiniteWidth];

    /// <summary>Fails if the options make no experiment.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Require()
    {
        StudyOptions.Require(Samples >= 10, $"at least 10 samples, came {Samples}");
        StudyOptions.Require(CurveSamples >= 10, $"at least 10 samples of a curve, came {CurveSamples}");
        StudyOptions.Require(Dimension >= 2, $"at least 2 features, came {Dimension}");
        StudyOptions.Require(Rays >= 1, $"at least one ray, came {Rays}");
        StudyOptions.Require(FiniteWidth >= 8, $"a width of at least 8, came {FiniteWidth}");
        StudyOptions.Require(FiniteSteps >= 1, $"at least 1 step of finite networks, came {FiniteSteps}");
        StudyOptions.Require(Bias > 0 && double.IsFinite(Bias), $"a positive bias, came {Bias}");
    }
}
