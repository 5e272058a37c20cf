using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of train.</summary>
internal sealed class TrainInputs
{
    /// <summary>The least time between two writings of a checkpoint.</summary>
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromSeconds(1);

    private readonly Option<string> _net = Inputs.Net();
    private readonly Option<int> _width = Inputs.Width();
    private readonly Option<long> _seed = Inputs.Seed("What the parameters and the order of samples are drawn from.");

    private readonly Option<string> _x = Inputs.File("--x", "Training samples, one a row.");
    private readonly Option<string> _y = Inputs.File(
        "--y", "Targets, a row for each sample: n or n x outputs; with --classify n labels.");

    private readonly Option<bool> _classify = new("--classify")
    {
        Description =
            "The targets are labels, integers. The network needs an output for each class, as dense(width=10) at its "
            + "end has ten; except with softmax, two classes may share one output.",
    };

    private readonly Option<string> _loss = Inputs.Loss();
    private readonly OptimizerInputs _optimizer = new();
    private readonly Option<int?> _epochs = Inputs.Count(
        "--epochs", "Passes through the samples. [default: 100]", 1);

    private readonly Option<int?> _batch = Inputs.Count(
        "--batch", "Samples in a step. [default: all of them]", 1);

    private readonly Option<string> _validationX = Inputs.File(
        "--validation-x", "Validation samples, one a row, on which the loss is measured after each "
            + "epoch.", required: false);

    private readonly Option<string> _validationY = Inputs.File(
        "--validation-y", "The targets or labels of the validation samples.", required: false);

    private readonly Option<int?> _patience = Inputs.Count(
        "--patience",
        "Stop after N epochs without a new least loss (of the validation, if there is one), with the parameters of "
        + "the least. [default: never]",
        1);

    private readonly Option<bool> _center = new("--center")
    {
        Description = "Subtract the mean of the training samples from every sample.",
    };

    private readonly Option<bool> _unit = new("--unit")
    {
        Description = "Scale every sample to unit norm (after centering).",
    };

    private readonly Option<bool> _linearised = new("--linearised", "--linearized")
    {
        Description = "Train the linearization of the network, in its parameters around their random start.",
    };

    private readonly Option<string> _precision = Inputs.Choice(
        "--precision", "The floating point numbers of the parameters and the samples, of 32 or 64 bits.", "f32", "f64");

    private readonly Option<string> _backend = new("--backend")
    {
        Description = "What computes: torch, cuda, or cuda:1 for the second GPU.",
        DefaultValueFactory = _ => "torch",
        HelpName = "NAME",
    };

    private readonly Option<int> _threads = Inputs.Threads("The number of threads; the last digits may depend on it. "
        + "[default: all processors]");
    private readonly Option<string> _model = new("--model")
    {
        Description = "The folder that the trained network is written to.",
        Required = true,
        HelpName = "DIR",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on from DIR.checkpoint, to the same bits, or begin a run that can be resumed.",
    };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        Option[] all =
        [
            _net, _width, _seed, _x, _y, _classify, _loss, .. _optimizer.All, _epochs, _batch, _validationX,
            _validationY, _patience, _center, _unit, _linearised, _precision, _backend, _threads, _model, _resume,
        ];
        Array.ForEach(all, command.Options.Add);
    }

    /// <summary>Reads the options and the samples, once the folder can be written.</summary>
    internal TrainTask Read(ParseResult parsed)
    {
        var options = Options(parsed);
        var network = Inputs.ReadNetwork(parsed.GetValue(_net)!);
        var (folder, checkpoint) = (parsed.GetValue(_model)!, options.Training.Checkpoint);
        RequireWritable(parsed, folder, checkpoint);
        var (validationX, validationY) = (parsed.GetValue(_validationX), parsed.GetValue(_validationY));
        if (validationX is null != validationY is null)
        {
            throw new UsageException("Expected --validation-x and --validation-y, or neither; came one of them.");
        }

        var notes = new Notes();
        var x = parsed.GetValue(_x)!;
        var samples = Inputs.ReadShaped(x, notes);
        var shaped = Inputs.WithShape(network, samples, x, notes);
        return new(shaped, new(samples.Rows, parsed.GetValue(_y)!), options, folder, notes)
        {
            IsClassifier = parsed.GetValue(_classify),
            Validation = validationX is null
                ? null
                : new(Inputs.ReadLike(validationX, notes, samples), validationY!),
        };
    }

    private NetworkTrainingOptions Options(ParseResult parsed)
    {
        var device = KnownBackends.Device(parsed.GetValue(_backend)!);
        var (seed, patience) = (parsed.GetValue(_seed), parsed.GetValue(_patience));
        var training = new ModuleTrainingOptions();
        return new()
        {
            Width = parsed.GetValue(_width),
            Seed = seed,
            Precision = Inputs.NumberType(parsed.GetValue(_precision)!),
            Center = parsed.GetValue(_center),
            Unit = parsed.GetValue(_unit),
            Linearized = parsed.GetValue(_linearised),
            Device = device,
            Threads = parsed.GetValue(_threads),
            Training = training with
            {
                Loss = Inputs.ReadLoss(parsed.GetValue(_loss), parsed.GetValue(_classify)),
                Optimizer = _optimizer.Read(parsed),
                Schedule = _optimizer.ReadSchedule(parsed),
                Epochs = parsed.GetValue(_epochs) ?? training.Epochs,
                BatchSize = parsed.GetValue(_batch),
                Seed = seed,
                EarlyStopping = patience is { } epochs ? new(epochs) : null,
                ReportEvery = patience is null ? null : 1,
                Checkpoint = parsed.GetValue(_resume) ? Checkpoint.Beside(parsed.GetValue(_model)!) : null,
                CheckpointEvery = CheckpointEvery,
                KeepCheckpoint = true,
                Resume = parsed.GetValue(_resume),
            },
        };
    }

    private void RequireWritable(ParseResult parsed, string folder, string? checkpoint)
    {
        TrainedNetwork.RequireWritable(folder);
        if (checkpoint is not null)
        {
            NpyFile.RequireWritable(checkpoint);
        }

        Overwriting.Refuse(
            [.. ModelPlace.Files(folder, ModelKind.Network), .. checkpoint is null ? (string[])[] : [checkpoint]],
            ("--net", parsed.GetValue(_net)), ("--x", parsed.GetValue(_x)), ("--y", parsed.GetValue(_y)),
            ("--validation-x", parsed.GetValue(_validationX)), ("--validation-y", parsed.GetValue(_validationY)));
    }
}
