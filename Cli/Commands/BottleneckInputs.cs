using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of bottleneck.</summary>
internal sealed class BottleneckInputs
{
    /// <summary>The least time between two writings of a checkpoint.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(1);

    private static readonly BottleneckOptions Usual = new();

    private readonly Option<string> _net = Inputs.Net();
    private readonly Option<string> _x = Inputs.File("--x", "Training samples, one a row.");
    private readonly Option<string> _y = Inputs.File(
        "--y", "Targets, a row for each sample: n or n x outputs; with --classify n labels.");

    private readonly Option<string> _x2 = Inputs.File(
        "--x2", "Samples at which the network is evaluated, one a row; without it those of --x.", required: false);

    private readonly Option<string> _y2 = Inputs.File(
        "--y2", "Targets or labels of --x2, for their loss and accuracy.", required: false);

    private readonly Option<bool> _classify = new("--classify")
    {
        Description =
            "The targets are labels, integers. They become one-hot rows, for the logistic loss with -1 and 1 in place "
            + "of 0 and 1; except with softmax, two classes share one output, -1 for the lower label and 1 for the "
            + "higher.",
    };

    private readonly Option<string> _loss = Inputs.Loss();
    private readonly Option<int?> _steps = Inputs.Count("--steps", "The number of steps of gradient descent.", 1, "T");
    private readonly Option<double?> _headRate = Inputs.Amount(
        "--lr-f",
        "The learning rate of the layers behind the bottlenecks. If only one of --lr-f and --lr-g is given, it is "
        + "that of both. [default: half of the greatest stable rate at the start]");

    private readonly Option<double?> _featureRate = Inputs.Amount(
        "--lr-g", "The learning rate of the layers before the first bottleneck.");

    private readonly Option<string> _mode = Inputs.Choice(
        "--mode",
        "hybrid: the networks behind the bottlenecks have the width M; history: they are infinitely wide, and every "
        + "step takes all former ones into account.",
        "hybrid", "history");

    private readonly Option<int?> _width = Inputs.Count(
        "--width",
        "M, the width of the layers behind the bottlenecks, in history mode that of the random start alone. [default: "
        + $"{Usual.HeadWidth}]",
        1, "M");

    private readonly Option<long> _seed = Inputs.Seed("What the start is drawn from.");
    private readonly Option<double?> _multiplier = Inputs.Factor(
        "--multiplier", "What outputs are multiplied by before the loss. [default: 1]");

    private readonly Option<double?> _labelScale = Inputs.Factor(
        "--label-scale", "What targets of the squared loss are multiplied by. [default: 1]");

    private readonly Option<bool> _fixed = new("--fixed")
    {
        Description = "Take every step as a whole. Without it a step is divided where the curvature of the loss would "
            + "make it unstable. Rates that are unstable at the start are refused.",
    };

    private readonly Option<int?> _every = Inputs.Count(
        "--every", "Steps between two records; the start and the end are recorded, too. [default: T/50]", 1);

    private readonly Option<bool> _noKernels = new("--no-kernels")
    {
        Description = "Leave the column alignment of loss.csv out, which needs a kernel matrix for each record.",
    };

    private readonly Option<bool> _center = new("--center")
    {
        Description = "Subtract the mean of the training samples from every sample.",
    };

    private readonly Option<bool> _unit = new("--unit")
    {
        Description = "Scale every sample to unit norm (after centering).",
    };

    private readonly Option<int> _threads = Inputs.Threads();
    private readonly Option<string> _output = new("--out")
    {
        Description =
            "The folder for predictions.npy (records x samples x outputs), embeddings.npy (records x samples x d, the "
            + "signal at the first bottleneck) and loss.csv (a line for each record).",
        Required = true,
        HelpName = "DIR",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from DIR.checkpoint, to the same bits, or begin a run that can be resumed.",
    };

    internal BottleneckInputs()
    {
        _steps.Required = true;
        _seed.Required = false;
        _seed.DefaultValueFactory = _ => Usual.Seed;
    }

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        Option[] all =
        [
            _net, _x, _y, _x2, _y2, _classify, _loss, _steps, _headRate, _featureRate, _mode, _width, _seed,
            _multiplier, _labelScale, _fixed, _every, _noKernels, _center, _unit, _threads, _output, _resume,
        ];
        Array.ForEach(all, command.Options.Add);
    }

    /// <summary>Reads the options and the samples, once the folder of the results can be written.</summary>
    internal BottleneckTask Read(ParseResult parsed)
    {
        var network = Inputs.ReadNetwork(parsed.GetValue(_net)!);
        _ = BottleneckNetwork.Of(network);
        var folder = new ResultFolder(parsed.GetValue(_output)!, BottleneckFiles.Names);
        var checkpoint = parsed.GetValue(_resume) ? Checkpoint.Beside(parsed.GetValue(_output)!) : null;
        RequireWritable(parsed, folder, checkpoint);
        if (parsed.GetValue(_y2) is not null && parsed.GetValue(_x2) is null)
        {
            throw new UsageException("Expected --x2 with --y2, the samples of these targets; came --y2 alone.");
        }

        var notes = new Notes();
        var (x, x2) = ReadSamples(parsed, notes);
        var loss = Inputs.ReadLoss(parsed.GetValue(_loss), parsed.GetValue(_classify));
        var (y, y2) = parsed.GetValue(_classify)
            ? ReadLabels(parsed, x, x2, loss)
            : ReadTargets(parsed, x, x2, notes);
        var options = Options(parsed) with
        {
            Loss = loss,
            TestSamples = x2,
            TestTargets = y2,
            Checkpoint = checkpoint,
        };
        return new(network, x, y, options, folder, notes);
    }

    private BottleneckOptions Options(ParseResult parsed) => new()
    {
        Steps = parsed.GetValue(_steps)!.Value,
        RecordEvery = parsed.GetValue(_every),
        Mode = parsed.GetValue(_mode) == "history" ? BottleneckMode.History : BottleneckMode.Hybrid,
        HeadWidth = parsed.GetValue(_width) ?? Usual.HeadWidth,
        HeadRate = parsed.GetValue(_headRate),
        FeatureRate = parsed.GetValue(_featureRate),
        OutputMultiplier = parsed.GetValue(_multiplier) ?? Usual.OutputMultiplier,
        LabelScale = parsed.GetValue(_labelScale) ?? Usual.LabelScale,
        Seed = parsed.GetValue(_seed),
        StepControl = !parsed.GetValue(_fixed),
        KeepKernels = !parsed.GetValue(_noKernels),
        Gram = new() { Threads = parsed.GetValue(_threads) },
        CheckpointEvery = CheckpointEvery,
        KeepCheckpoint = true,
        Resume = parsed.GetValue(_resume),
    };

    private void RequireWritable(ParseResult parsed, ResultFolder folder, string? checkpoint)
    {
        if (checkpoint is not null)
        {
            NpyFile.RequireWritable(checkpoint);
        }

        Overwriting.Refuse(
            [.. folder.Files, .. checkpoint is null ? (string[])[] : [checkpoint]],
            ("--net", parsed.GetValue(_net)), ("--x", parsed.GetValue(_x)), ("--y", parsed.GetValue(_y)),
            ("--x2", parsed.GetValue(_x2)), ("--y2", parsed.GetValue(_y2)));
    }

    private (Matrix X, Matrix? X2) ReadSamples(ParseResult parsed, Notes notes)
    {
        var x = Inputs.ReadSamples(parsed.GetValue(_x)!, notes);
        var x2 = parsed.GetValue(_x2) is { } others ? Inputs.ReadSamples(others, notes, x.Columns) : null;
        var (center, unit) = (parsed.GetValue(_center), parsed.GetValue(_unit));
        if (!center && !unit)
        {
            return (x, x2);
        }

        var transform = RowTransform.Learn(x, center, unit);
        return (transform.Apply(x), x2 is null ? null : transform.Apply(x2));
    }

    private (Matrix Y, Matrix? Y2) ReadTargets(ParseResult parsed, Matrix x, Matrix? x2, Notes notes)
    {
        Matrix Targets(string file, Matrix samples) =>
            Inputs.AsMany(file, Inputs.ReadTargets(file, notes), y => y.Rows, samples.Rows);
        var others = parsed.GetValue(_y2);
        return (Targets(parsed.GetValue(_y)!, x), others is null ? null : Targets(others, x2!));
    }

    // One-hot rows of the squared loss are those of the softmax, 0 and 1.
    private (Matrix Y, Matrix? Y2) ReadLabels(ParseResult parsed, Matrix x, Matrix? x2, Loss loss)
    {
        static long[] Labels(string file, Matrix samples) =>
            Inputs.AsMany(file, InputFiles.ReadLabels(file), y => y.Length, samples.Rows);
        var labels = Labels(parsed.GetValue(_y)!, x);
        var classes = new ClassTargets(TrainingData.Classes(labels));
        var outputs = classes.Classes.Length == 2 && loss != Loss.Softmax ? 1 : classes.Classes.Length;
        Matrix Targets(long[] of) => classes.Of(of, outputs, loss == Loss.Squared ? Loss.Softmax : loss);
        var others = parsed.GetValue(_y2);
        return (Targets(labels), others is null ? null : Targets(Labels(others, x2!)));
    }
}
