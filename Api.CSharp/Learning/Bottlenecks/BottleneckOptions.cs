namespace HadamardNtk;

/// <summary>The options of <see cref="BottleneckRun.Train"/>.</summary>
public sealed record BottleneckOptions
{
    /// <summary>T, the number of steps of gradient descent; at least 1.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>The number of steps between two records; T/50, and at least 1, if null.</summary>
    public int? RecordEvery { get; init; }

    /// <summary>How the heads are computed.</summary>
    public BottleneckMode Mode { get; init; } = BottleneckMode.Hybrid;

    /// <summary>
    /// M, the width of the heads in hybrid mode, and the number of random features of f_0 in history mode; that of
    /// <see cref="Start"/> where one is given.
    /// </summary>
    public int HeadWidth { get; init; } = 4096;

    /// <summary>
    /// η_f, the learning rate of the heads, at least 0. If both rates are null, both are half of the greatest stable
    /// one at the start; if this one is null, it is η_g.
    /// </summary>
    public double? HeadRate { get; init; }

    /// <summary>η_g, the learning rate of g, at least 0; η_f if it is null and that is not.</summary>
    public double? FeatureRate { get; init; }

    /// <summary>The loss L(κ F, α y).</summary>
    public Loss Loss { get; init; } = Loss.Squared;

    /// <summary>κ, the multiplier of the output, not 0.</summary>
    public double OutputMultiplier { get; init; } = 1;

    /// <summary>α, the factor of the targets of the squared loss; 1 for the others.</summary>
    public double LabelScale { get; init; } = 1;

    /// <summary>What the start is drawn from. Test samples do not change the start at training samples.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The start; null draws one from the seed.</summary>
    public BottleneckStart? Start { get; init; }

    /// <summary>
    /// Whether a step is divided into equal parts where the loss bends so that it would be unstable. The records stay
    /// at the same times. If it is false, rates that are unstable at the start are refused.
    /// </summary>
    public bool StepControl { get; init; } = true;

    /// <summary>Test samples, n* × p, at which predictions are recorded beside those of training.</summary>
    public Matrix? TestSamples { get; init; }

    /// <summary>Their targets, n* × C, if their loss and accuracy are to be recorded.</summary>
    public Matrix? TestTargets { get; init; }

    /// <summary>Whether the network without bottlenecks is trained too, from the same F_0, on the same clock.</summary>
    public bool TrainJoined { get; init; } = true;

    /// <summary>Whether the records keep the gradients that their kernels need, N × C × d numbers each.</summary>
    public bool KeepKernels { get; init; } = true;

    /// <summary>The options for Gram matrices, of which the threads are those of everything.</summary>
    public GramOptions Gram { get; init; } = new();

    /// <summary>
    /// The file of a checkpoint from which the training can be resumed; none if null. It cannot name custom
    /// activations.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>The least time between two writings of the checkpoint, and 20 times as long as one takes.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the training goes on from its checkpoint, to the same bits, if there is one. A checkpoint of another
    /// training, backend or build of this program is refused.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Whether the checkpoint stays when the training has ended.</summary>
    public bool KeepCheckpoint { get; init; }

    /// <summary>The width of the heads, which a given start decides.</summary>
    internal int Width => Start?.HeadWidth ?? HeadWidth;

    /// <summary>The number of steps between two records.</summary>
    internal int Every => RecordEvery ?? Math.Max(1, Steps / 50);

    /// <summary>The number of records, with those of the start and the end.</summary>
    internal long Records => 1 + ((Steps + (long)Every - 1) / Every);

    /// <summary>Fails if the options make no training of n samples with C outputs.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal void Require(BottleneckNetwork network, Matrix x, Matrix y)
    {
        Expect(Steps >= 1, $"at least 1 step, came {Steps}");
        Expect(RecordEvery is null or >= 1, $"at least 1 step between records, came {RecordEvery}");
        Expect(HeadWidth >= 1, $"a head of width at least 1, came {HeadWidth}");
        Expect(IsRate(HeadRate), $"a learning rate of the heads of at least 0, came {HeadRate}");
        Expect(IsRate(FeatureRate), $"a learning rate of g of at least 0, came {FeatureRate}");
        Expect(
            (HeadRate, FeatureRate) is not ((0 or null, 0) or (0, null)),
            "a learning rate above 0, came 0; one that is given alone stands for both, so give the other one too");
        Expect(
            double.IsFinite(OutputMultiplier) && OutputMultiplier != 0,
            $"a finite output multiplier other than 0, came {OutputMultiplier}");
        Expect(
            double.IsFinite(LabelScale) && LabelScale != 0, $"a finite label scale other than 0, came {LabelScale}");
        Expect(
            LabelScale == 1 || Loss == Loss.Squared,
            $"the label scale 1 with the {Loss.ToString().ToLowerInvariant()} loss, came {LabelScale}; "
            + "its output multiplier does the same");
        Expect(CheckpointEvery >= TimeSpan.Zero, "a time between checkpoints of at least 0");
        Expect(!Resume || Checkpoint is not null, "a checkpoint to resume from; there is none");
        Expect(TestTargets is null || TestSamples is not null, "test samples with the test targets");
        network.RequireOutputs(y.Columns);
        if (Mode == BottleneckMode.History)
        {
            network.RequireGradients();
        }

        LossFlow.RequireTargets(Loss, y);
        if (TestSamples is { } test)
        {
            TrainingData.RequireFinite(test, "test sample", nameof(TestSamples));
            Expect(
                test.Columns == x.Columns && test.Rows > 0,
                $"test samples of {x.Columns} features, as in training; came {test.Rows} x {test.Columns}");
        }

        if (TestTargets is { } targets)
        {
            TrainingData.RequireFinite(targets, "test target", nameof(TestTargets));
            LossFlow.RequireTargets(Loss, targets);
            Expect(
                targets.Rows == TestSamples!.Rows && targets.Columns == y.Columns,
                $"test targets of {TestSamples.Rows} x {y.Columns}; came {targets.Rows} x {targets.Columns}");
        }
    }

    private static bool IsRate(double? rate) => rate is null || (double.IsFinite(rate.Value) && rate >= 0);

    private static void Expect(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new ArgumentException($"Expected {what}.", "options");
        }
    }
}
