namespace HadamardNtk;

/// <summary>The options of <see cref="BottleneckStudy"/>.</summary>
public sealed record BottleneckStudyOptions
{
    /// <summary>n, the number of training points on the sphere; at least 10.</summary>
    public int Samples { get; init; } = 40;

    /// <summary>The number of test points on the sphere; at least 10.</summary>
    public int TestSamples { get; init; } = 100;

    /// <summary>p, the dimension of the space around the sphere; at least 3.</summary>
    public int Dimension { get; init; } = 3;

    /// <summary>The degrees of the parts of the target on the sphere, at least 1 each.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [1, 2];

    /// <summary>
    /// Images or other samples, one in each row, that are trained on beside the points of the sphere; null leaves them
    /// out. Those of two classes are centered and scaled to |x|² = p.
    /// </summary>
    public Matrix? Data { get; init; }

    /// <summary>Their classes, a number for each row.</summary>
    public IReadOnlyList<long>? Labels { get; init; }

    /// <summary>The two classes that are told apart; the two least of the labels if null.</summary>
    public (long First, long Second)? Classes { get; init; }

    /// <summary>The name of the samples in the report.</summary>
    public string DataName { get; init; } = "given samples";

    /// <summary>The number of training samples among these, the first ones of both classes; at least 10.</summary>
    public int DataSamples { get; init; } = 100;

    /// <summary>The number of test samples among these, the next ones; at least 10.</summary>
    public int DataTestSamples { get; init; } = 100;

    /// <summary>
    /// d, the widths of the bottleneck, increasing. The head behind a bottleneck of width 1 has the activation erf, and
    /// all others relu.
    /// </summary>
    public IReadOnlyList<int> Widths { get; init; } = [1, 2, 4, 16, 64];

    /// <summary>α, the factors of the targets, increasing, positive and different in three digits.</summary>
    public IReadOnlyList<double> LabelScales { get; init; } = [1, 5, 20];

    /// <summary>
    /// The greatest factor with which heads of erf are trained. Their gradients grow so fast that a step at a greater
    /// one has to be divided into hundreds.
    /// </summary>
    public double LargestErfScale { get; init; } = 5;

    /// <summary>The numbers of hidden layers of g, increasing; those above the first are trained at d = 2.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [1, 2, 3];

    /// <summary>
    /// The number of starts, each with seeds of its own; at least 2. Claims about means over starts are found, or not
    /// found, by Student's t at the level of two standard deviations of a normal distribution: where a mean is 14.0
    /// standard errors from 0 with 2 starts, 2.87 with 5 and 2.14 with 20. Two means are compared by the error of their
    /// difference, with Welch's degrees of freedom. All else is reported.
    /// </summary>
    public int Starts { get; init; } = 5;

    /// <summary>The part of the loss at the start at which a task is learned, above 0 and below 1.</summary>
    public double Part { get; init; } = 0.01;

    /// <summary>The most steps of a training; at least 10.</summary>
    public int Steps { get; init; } = 320;

    /// <summary>M, the width of the heads; at least 8.</summary>
    public int HeadWidth { get; init; } = 512;

    /// <summary>The number of starts of deep linear networks for each of their sizes; at least 1.</summary>
    public int LinearStarts { get; init; } = 3;

    /// <summary>
    /// What trains networks of finite width beside the simulation, such as <c>TorchTraining</c> of HadamardNtk.Torch;
    /// null leaves that part of the study out.
    /// </summary>
    public IFiniteTraining? Finite { get; init; }

    /// <summary>Their widths m, increasing, at least 8.</summary>
    public IReadOnlyList<int> FiniteWidths { get; init; } = [128, 512, 2048];

    /// <summary>The number of their starts; at least 2. Their means are judged as those over <see cref="Starts"/>.</summary>
    public int FiniteStarts { get; init; } = 20;

    /// <summary>The number of their steps; at least 1.</summary>
    public int FiniteSteps { get; init; } = 100;

    /// <summary>What the points, the targets and the starts are drawn from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>More points, starts and steps, and wider heads.</summary>
    public static BottleneckStudyOptions Full { get; } = new()
    {
        Samples = 60,
        TestSamples = 400,
        DataSamples = 200,
        DataTestSamples = 400,
        Starts = 6,
        Steps = 640,
        HeadWidth = 1024,
        LinearStarts = 10,
        FiniteStarts = 50,
    };

    /// <summary>The label scale in the middle.</summary>
    internal double MiddleScale => LabelScales[LabelScales.Count / 2];

    /// <summary>Fails if the options make no experiment.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Require()
    {
        StudyOptions.Require(Samples >= 10 && DataSamples >= 10, "at least 10 training samples");
        StudyOptions.Require(TestSamples >= 10 && DataTestSamples >= 10, "at least 10 test samples");
        StudyOptions.Require(Dimension >= 3, $"at least 3 dimensions, came {Dimension}");
        StudyOptions.Require(
            Degrees is { Count: > 0 } && Degrees.All(k => k is >= 1 and <= 100), "degrees from 1 to 100");
        StudyOptions.Require(
            Widths is { Count: > 0 } && Widths[0] >= 1 && Rises(Widths), "increasing widths from 1 on");
        StudyOptions.Require(
            LabelScales is { Count: > 0 } && LabelScales[0] > 0 && double.IsFinite(LabelScales[^1])
                && LabelScales.Zip(LabelScales.Skip(1)).All(p => p.First < p.Second),
            "increasing, positive label scales");
        StudyOptions.RequireFileNames(LabelScales.Select(StudyNumbers.Text), "label scales of different three digits");
        StudyOptions.Require(
            Depths is { Count: > 0 } && Depths[0] >= 1 && Rises(Depths), "increasing depths from 1 on");
        StudyOptions.Require(Starts >= 2, $"at least 2 starts, came {Starts}");
        StudyOptions.Require(Part is > 0 and < 1, $"a part of the loss between 0 and 1, came {Part}");
        StudyOptions.Require(Steps >= 10, $"at least 10 steps, came {Steps}");
        StudyOptions.Require(HeadWidth >= 8, $"a width of the heads of at least 8, came {HeadWidth}");
        StudyOptions.Require(LinearStarts >= 1, $"at least 1 start of deep linear networks, came {LinearStarts}");
        StudyOptions.Require(
            FiniteWidths is { Count: > 0 } && FiniteWidths[0] >= 8 && Rises(FiniteWidths),
            "increasing widths of finite networks from 8 on");
        StudyOptions.Require(FiniteStarts >= 2, $"at least 2 starts of finite networks, came {FiniteStarts}");
        StudyOptions.Require(FiniteSteps >= 1, $"at least 1 step of finite networks, came {FiniteSteps}");
        StudyOptions.Require((Data is null) == (Labels is null), "samples with labels, or neither");
        StudyOptions.Require(
            Data is null || Data.Rows == Labels!.Count,
            $"a label for each sample, came {Labels?.Count} of {Data?.Rows}");
        StudyOptions.Require(Classes is null || Data is not null, "samples with the two classes");
        StudyOptions.Require(
            Classes is not { } pair || pair.First != pair.Second, $"two classes, came {Classes?.First} twice");
    }

    private static bool Rises(IReadOnlyList<int> values) => values.Zip(values.Skip(1)).All(p => p.First < p.Second);
}
