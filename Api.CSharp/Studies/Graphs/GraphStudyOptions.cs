namespace HadamardNtk;

/// <summary>The options of <see cref="GraphStudy"/>.</summary>
public sealed record GraphStudyOptions
{
    /// <summary>The numbers of blocks, increasing and from 1 to 250.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [1, 3];

    /// <summary>The numbers of layers of a block, increasing and from 1 to 250.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [1, 2, 3];

    /// <summary>Whether neighbors are averaged, and not summed; one or both.</summary>
    public IReadOnlyList<bool> Means { get; init; } = [false, true];

    /// <summary>Whether networks have jumping knowledge; one or both.</summary>
    public IReadOnlyList<bool> Jumps { get; init; } = [false, true];

    /// <summary>C of the support vector machines, increasing and above 0.</summary>
    public IReadOnlyList<double> Costs { get; init; } = Powers(13);

    /// <summary>
    /// The number of inner folds, by which each fold chooses for itself; at least 2, and at most the number of training
    /// graphs of a fold.
    /// </summary>
    public int InnerFolds { get; init; } = 3;

    /// <summary>
    /// The most steps of a machine; at least 1. One that did not reach its tolerance is left out of every choice, and
    /// so are those of greater C on the same graphs.
    /// </summary>
    public long Steps { get; init; } = 200_000;

    /// <summary>The number of threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>A small grid: 1 and 3 blocks of 2 layers with jumping knowledge, and 7 values of C.</summary>
    public static GraphStudyOptions Quick { get; } = new()
    {
        Layers = [2],
        Jumps = [true],
        Costs = Powers(7),
    };

    /// <summary>The 120 values of C of the published code.</summary>
    public static GraphStudyOptions Full { get; } = new() { Costs = Powers(120) };

    /// <summary>The networks, the smaller ones first.</summary>
    internal GntkArchitecture[] Architectures =>
    [
        .. from blocks in Blocks
           from layers in Layers
           from mean in Means
           from jumps in Jumps
           select new GntkArchitecture(blocks, layers, mean, jumps),
    ];

    internal void Require()
    {
        static bool Increases<T>(IReadOnlyList<T> values, T least) where T : IComparable<T> => values is { Count: > 0 }
            && values[0].CompareTo(least) >= 0
            && values.Zip(values.Skip(1)).All(pair => pair.First.CompareTo(pair.Second) < 0);
        StudyOptions.Require(Increases(Blocks, 1), "increasing numbers of blocks of at least 1");
        StudyOptions.Require(Increases(Layers, 1), "increasing numbers of layers of at least 1");
        StudyOptions.Require(Increases(Costs, double.Epsilon), "increasing costs above 0");
        StudyOptions.Require(double.IsFinite(Costs[^1]), "finite costs");
        StudyOptions.Require(
            Blocks[^1] <= GntkArchitecture.Most && Layers[^1] <= GntkArchitecture.Most,
            $"at most {GntkArchitecture.Most} blocks and layers, came {Blocks[^1]} and {Layers[^1]}");
        StudyOptions.Require(IsOneOrBoth(Means) && IsOneOrBoth(Jumps), "a kind of network, each once");
        StudyOptions.Require(InnerFolds >= 2 && Steps >= 1 && Threads >= 1, "2 inner folds, a step and a thread");
    }

    private static bool IsOneOrBoth(IReadOnlyList<bool> kinds) =>
        kinds is { Count: > 0 } && kinds.Distinct().Count() == kinds.Count;

    // From 10^-2 to 10^4 in equal steps of the exponent.
    private static double[] Powers(int count) =>
        [.. Enumerable.Range(0, count).Select(k => Math.Pow(10, -2 + 6.0 * k / (count - 1)))];
}
