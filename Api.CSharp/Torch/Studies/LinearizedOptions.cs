namespace HadamardNtk;

/// <summary>The options of <see cref="LinearizedStudy"/>.</summary>
public sealed record LinearizedOptions
{
    /// <summary>
    /// The samples, one in each row, of which the first are trained on and the last are tested on; by default points
    /// that are uniform on the sphere |x|² = d. They are scaled to |x|² = d.
    /// </summary>
    public Matrix? Data { get; init; }

    /// <summary>The name of the samples in the report.</summary>
    public string DataName { get; init; } = "uniform on a sphere";

    /// <summary>d, the dimension of the points on the sphere, where no samples are given; at least 2.</summary>
    public int Dimension { get; init; } = 16;

    /// <summary>n, the number of training samples; at least 20.</summary>
    public int Samples { get; init; } = 200;

    /// <summary>The number of test samples; at least 20.</summary>
    public int TestSamples { get; init; } = 300;

    /// <summary>m, the width of the hidden layers; at least 2.</summary>
    public int Width { get; init; } = 64;

    /// <summary>The other widths that are compared.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [16, 256];

    /// <summary>The other numbers of training samples that are compared, each at most n.</summary>
    public IReadOnlyList<int> SampleSizes { get; init; } = [50, 100];

    /// <summary>The indices, from 1, of the eigenfunctions that are tasks.</summary>
    public IReadOnlyList<int> Tasks { get; init; } = [1, 2, 4, 8, 16, 32, 64, 128];

    /// <summary>The indices of the tasks on which widths, depths, sample sizes and networks are compared.</summary>
    public IReadOnlyList<int> Compared { get; init; } = [4, 32];

    /// <summary>The network whose kernel makes the tasks.</summary>
    public StudyNetwork Network { get; init; } = Mlp(2);

    /// <summary>The other networks that are compared with it.</summary>
    public IReadOnlyList<StudyNetwork> Others { get; init; } =
    [
        Mlp(1), Mlp(3), Polynomial(1), Polynomial(2), Polynomial(3), Polynomial(4),
    ];

    /// <summary>The number of steps of full-batch gradient descent; at least 10.</summary>
    public int Steps { get; init; } = 600;

    /// <summary>
    /// The learning rate as a part of the largest one of the linearized network at the start, above 0 and below 1.
    /// </summary>
    public double RelativeRate { get; init; } = 0.1;

    /// <summary>
    /// s, the size of the targets ±s, above 0. A linearized network learns ±s as it learns ±1. The larger s is, the
    /// further the network itself has to move from its start.
    /// </summary>
    public double TargetSize { get; init; } = 8;

    /// <summary>The number of directions on which linear tasks are tried; 0 leaves them out.</summary>
    public int Directions { get; init; } = 6;

    /// <summary>What the points and the parameters are drawn from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A size at which tasks to index 1000 can be asked for; give it images.</summary>
    public static LinearizedOptions Full { get; } = new()
    {
        Samples = 1000,
        TestSamples = 500,
        Width = 256,
        Widths = [64, 1024],
        SampleSizes = [125, 250, 500],
        Tasks = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000],
        Compared = [4, 32],
        Steps = 1000,
        Directions = 10,
    };

    /// <summary>A ReLU network with some hidden layers.</summary>
    internal static StudyNetwork Mlp(int hidden) =>
        StudyNetwork.Parse($"MLP {hidden}", $"(dense(w=1.41421356) relu)^{hidden} dense");

    /// <summary>The polynomial net CCP of a degree, without activations.</summary>
    internal static StudyNetwork Polynomial(int degree) =>
        StudyNetwork.Parse($"CCP {degree}", $"ccp(degree={degree}) dense");

    /// <summary>Fails if the options make no experiment.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Require()
    {
        StudyOptions.Require(Samples >= 20, $"at least 20 samples, came {Samples}");
        StudyOptions.Require(TestSamples >= 20, $"at least 20 test samples, came {TestSamples}");
        StudyOptions.Require(Width >= 2 && Widths.All(m => m >= 2), "widths of at least 2");
        StudyOptions.Require(Steps >= 10, $"at least 10 steps, came {Steps}");
        StudyOptions.Require(RelativeRate is > 0 and < 1, $"a relative rate between 0 and 1, came {RelativeRate}");
        StudyOptions.Require(
            TargetSize > 0 && double.IsFinite(TargetSize), $"a target size above 0, came {TargetSize}");
        StudyOptions.Require(Dimension >= 2, $"at least 2 dimensions, came {Dimension}");
        StudyOptions.Require(Directions >= 0, $"a number of directions of at least 0, came {Directions}");
        var pool = Samples + TestSamples;
        StudyOptions.Require(
            Tasks is { Count: > 0 } && Tasks.Concat(Compared).All(j => j >= 1 && j <= pool),
            $"indices of eigenfunctions from 1 to {pool}");
        StudyOptions.Require(
            Compared.All(Tasks.Contains), "tasks to compare on that are among the tasks");
        StudyOptions.Require(
            SampleSizes.All(n => n >= 20 && n <= Samples), $"sample sizes from 20 to {Samples}");
        StudyOptions.RequireNames([Network, .. Others]);
        StudyOptions.Require(
            Data is null || Data.Rows >= pool, $"at least {pool} samples, came {Data?.Rows ?? 0}");
    }
}
