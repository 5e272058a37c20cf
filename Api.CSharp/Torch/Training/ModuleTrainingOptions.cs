using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Ends training when a loss no longer falls, and takes the parameters of its least value.</summary>
/// <param name="Patience">The number of points in the history without a new least loss after which it ends.</param>
/// <param name="Improvement">The least amount by which a new least loss is lower.</param>
/// <exception cref="ArgumentOutOfRangeException">The patience is below 1, or the improvement negative.</exception>
public sealed record EarlyStopping(int Patience, double Improvement = 0)
{
    /// <inheritdoc cref="EarlyStopping(int, double)" path="/param[@name='Patience']"/>
    public int Patience { get; } = Patience >= 1
        ? Patience
        : throw new ArgumentOutOfRangeException(
            nameof(Patience), Patience, $"Expected a patience of at least 1, not {Patience}.");

    /// <inheritdoc cref="EarlyStopping(int, double)" path="/param[@name='Improvement']"/>
    public double Improvement { get; } = Improvement >= 0
        ? Improvement
        : throw new ArgumentOutOfRangeException(
            nameof(Improvement), Improvement, $"Expected an improvement of at least 0, not {Improvement}.");
}

/// <summary>The options of the training of a module. They are immutable; change them by <c>with</c>.</summary>
public sealed record ModuleTrainingOptions
{
    private readonly int _epochs = 100;
    private readonly int? _batch;
    private readonly int? _every;

    /// <summary>The loss that is minimized. The default is the squared loss 1/(2nC)·|f − y|².</summary>
    public Loss Loss { get; init; }

    /// <summary>The optimizer. The default is Adam with its usual numbers.</summary>
    public ModuleOptimizer Optimizer { get; init; } = ModuleOptimizer.Adam();

    /// <summary>The factor of the learning rate at each step. The default is 1.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>The number of passes through the samples. The default is 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int Epochs
    {
        get => _epochs;
        init => _epochs = AtLeastOne(value);
    }

    /// <summary>
    /// The number of samples in a step. By default all samples are in every step, so that an epoch is one step. Else
    /// each epoch has an order of the samples of its own, drawn from <see cref="Seed"/> and its number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? BatchSize
    {
        get => _batch;
        init => _batch = value is { } some ? AtLeastOne(some) : null;
    }

    /// <summary>The seed of the orders of the samples. The default is 0.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// The number of epochs between two points of the history, each of which takes a pass through the samples without
    /// derivatives. By default there are at most 100 points after the first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int? ReportEvery
    {
        get => _every;
        init => _every = value is { } some ? AtLeastOne(some) : null;
    }

    /// <summary>Other samples and targets, whose loss and accuracy are in the history.</summary>
    public (Tensor X, Tensor Y)? Validation { get; init; }

    /// <summary>
    /// The rule by which training ends early. It looks at the loss of <see cref="Validation"/>, or at the training loss
    /// without it. By default training goes on to its end.
    /// </summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// The file that the state of the training is written to from time to time. There may be none before, unless
    /// <see cref="Resume"/> is set. It is deleted when training ends.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>
    /// Whether the checkpoint is kept when training ends, with the final state, so that the result can be saved before
    /// it is deleted. The default is false.
    /// </summary>
    public bool KeepCheckpoint { get; init; }

    /// <summary>
    /// The least time between two writings of the checkpoint, which is also at least twenty times what the last writing
    /// took. The default is 30 seconds.
    /// </summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether training goes on from the checkpoint if there is one. The result has the bits of a run that was not
    /// interrupted, on one device and with one number of threads. A checkpoint of other options, other samples or
    /// another start is refused.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Receives the position of the training some ten times a second.</summary>
    public IProgress<ModuleTrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Is called at every point of the history, at which the module has the parameters of that point.
    /// </summary>
    public Action<ModuleTrainingPoint>? OnPoint { get; init; }

    private static int AtLeastOne(int value) => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a number of at least 1, not {value}.");
}
