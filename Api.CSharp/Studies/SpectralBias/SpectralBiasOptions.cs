namespace HadamardNtk;

/// <summary>The options of <see cref="SpectralBiasStudy"/>.</summary>
public sealed record SpectralBiasOptions
{
    /// <summary>n, the number of training points on the sphere; at least 20.</summary>
    public int Samples { get; init; } = 400;

    /// <summary>d, the dimension of the space around the sphere; at least 3.</summary>
    public int Dimension { get; init; } = 10;

    /// <summary>The degrees of the target, increasing and at least 1.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [1, 3, 4, 5, 8, 12];

    /// <summary>The number of steps of gradient descent; at least 10.</summary>
    public int Steps { get; init; } = 5_000;

    /// <summary>The numbers of training points of the learning curves.</summary>
    public IReadOnlyList<int> CurveSamples { get; init; } = [50, 100, 200, 400, 800];

    /// <summary>
    /// The number of training sets over which an error of the learning curves is averaged; at least 2.
    /// </summary>
    public int Trials { get; init; } = 8;

    /// <summary>
    /// The networks. Their kernels must depend on x·x′ alone. Charts are called by their names, in lower case and with
    /// hyphens for all but letters and digits, and must differ.
    /// </summary>
    public IReadOnlyList<StudyNetwork> Networks { get; init; } =
    [
        StudyNetwork.Parse("MLP", "dense(w=1.41421356) relu dense"),
        StudyNetwork.Product(3),
        StudyNetwork.Product(6),
        StudyNetwork.Product(9),
        StudyNetwork.Parse("CCP 3", "ccp(degree=3,w=1.41421356,act=relu) dense"),
        StudyNetwork.Parse("CCP 6", "ccp(degree=6,w=1.41421356,act=relu) dense"),
        StudyNetwork.Parse("CCP 9", "ccp(degree=9,w=1.41421356,act=relu) dense"),
    ];

    /// <summary>
    /// What trains networks of finite width beside their limits, such as <c>TorchTraining</c> of HadamardNtk.Torch;
    /// null leaves that half of the study out.
    /// </summary>
    public IFiniteTraining? Finite { get; init; }

    /// <summary>The width of these networks; at least 2.</summary>
    public int FiniteWidth { get; init; } = 1024;

    /// <summary>The number of their steps; at least 1.</summary>
    public int FiniteSteps { get; init; } = 300;

    /// <summary>What the points, the target and the noise are drawn from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The size of the published experiment: 1000 points, 100,000 steps.</summary>
    public static SpectralBiasOptions Full { get; } = new()
    {
        Samples = 1000,
        Steps = 100_000,
        Trials = 20,
        FiniteWidth = 4096,
        FiniteSteps = 3000,
    };

    /// <summary>Fails if the options make no experiment.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Require()
    {
        StudyOptions.Require(Samples >= 20, $"at least 20 samples, came {Samples}");
        StudyOptions.Require(Dimension >= 3, $"at least 3 dimensions, came {Dimension}");
        StudyOptions.Require(Steps >= 10, $"at least 10 steps, came {Steps}");
        StudyOptions.Require(Trials >= 2, $"at least 2 trials, came {Trials}");
        StudyOptions.Require(FiniteWidth >= 2, $"a width of at least 2, came {FiniteWidth}");
        StudyOptions.Require(FiniteSteps >= 1, $"at least 1 step of finite networks, came {FiniteSteps}");
        StudyOptions.Require(
            Degrees is { Count: > 0 } && Degrees[0] >= 1 && Degrees.Zip(Degrees.Skip(1)).All(p => p.First < p.Second),
            "increasing degrees of at least 1");
        StudyOptions.Require(Degrees[^1] <= 100, $"degrees of at most 100, came {Degrees[^1]}");
        StudyOptions.Require(
            CurveSamples is { Count: > 0 } && CurveSamples.All(n => n >= 2), "training sets of at least 2 points");
        StudyOptions.RequireNames(Networks);
        StudyOptions.RequireFileNames(Networks.Select(network => network.Name), "networks of different names");
    }
}
