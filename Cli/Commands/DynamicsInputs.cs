using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of dynamics.</summary>
internal sealed class DynamicsInputs
{
    private readonly Option<string> _net = Inputs.Net();
    private readonly Option<string> _x = Inputs.File("--x", "Training samples, one a row.");
    private readonly Option<string> _y = Inputs.File(
        "--y", "Targets, a row for each training sample: n or n x outputs.");

    private readonly Option<string> _x2 = Inputs.File(
        "--x2", "Samples at which the networks are evaluated, one a row; without it those of --x.", false);

    private readonly Option<string> _kernel = Inputs.Choice(
        "--kernel", "ntk: all layers are trained; nngp: the last layer alone, below random ones.", "ntk", "nngp");

    private readonly Option<double?> _ridge = Inputs.Amount("--ridge", "The ridge r of K + r I, absolute. [default: "
        + "0]");
    private readonly Option<TimeList> _times = Times();
    private readonly DescentInputs _descent = new();
    private readonly Option<bool> _deviations = new("--deviations")
    {
        Description = "Write the standard deviations, deviations.npy (times x n), in place of covariance.npy.",
    };

    private readonly Option<string> _backend = Inputs.Backend();
    private readonly Option<int> _threads = Inputs.Threads(mayShow: true);
    private readonly Option<string> _output = new("--out")
    {
        Description =
            "The folder that mean.npy (times x n x outputs) and covariance.npy (times x n x n) are written to; "
            + "of another loss than the squared one the mean alone.",
        Required = true,
        HelpName = "DIR",
    };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        Option[] all =
        [
            _net, _x, _y, _x2, _kernel, _ridge, _times, .. _descent.All, _deviations, _backend, _threads, _output,
        ];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the options and the samples, once the folder of the results can be written.</summary>
    /// <param name="parsed">The command line.</param>
    internal DynamicsTask Read(ParseResult parsed)
    {
        var times = parsed.GetValue(_times)!;
        var loss = _descent.Loss(parsed, times, _ridge, _deviations);
        var (trainings, momentum) = _descent.Trainings(parsed, times);
        var spread = loss != Loss.Squared ? null
            : parsed.GetValue(_deviations) ? DynamicsTask.Deviations : DynamicsTask.Covariance;
        string[] results = spread is null ? [DynamicsTask.Mean] : [DynamicsTask.Mean, spread];
        var gram = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads));
        var folder = new ResultFolder(parsed.GetValue(_output)!, results);
        Overwriting.Refuse(
            folder.Files, ("--net", parsed.GetValue(_net)), ("--x", parsed.GetValue(_x)), ("--y", parsed.GetValue(_y)),
            ("--x2", parsed.GetValue(_x2)));
        var notes = new Notes();
        var network = Inputs.ReadNetwork(parsed.GetValue(_net)!);
        var read = Inputs.ReadShaped(parsed.GetValue(_x)!, notes);
        var kernel = Inputs.WithShape(network, read, parsed.GetValue(_x)!, notes)
            .Kernel(Inputs.Kind(parsed.GetValue(_kernel)!));
        var samples = read.Rows;
        var file = parsed.GetValue(_y)!;
        var targets = Inputs.AsMany(file, Inputs.ReadTargets(file, notes), t => t.Rows, samples.Rows);
        var points = parsed.GetValue(_x2) is { } others ? Inputs.ReadLike(others, notes, read) : null;
        var options = new DynamicsOptions<Matrix>
        {
            Ridge = Ridge.Absolute(parsed.GetValue(_ridge) ?? 0),
            Gram = gram,
        };
        var task = new DynamicsTask(kernel, samples, targets, points, times.Values, options, folder, notes)
        {
            Loss = loss,
            Trainings = trainings,
            Momentum = momentum,
            Spread = spread,
        };
        task.RequireRoom(task.Outputs);
        task.RequireRoom(task.SpreadColumns);
        return task;
    }

    private static Option<TimeList> Times() => new("--times")
    {
        Description = "Times of gradient flow, comma-separated, in units of learning rate times steps; inf is the end "
            + "of training, and log:FROM:TO:COUNT and lin:FROM:TO:COUNT are grids with both ends. With --rate: "
            + "numbers of steps, to which grids are rounded.",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
        HelpName = "T,T,...",
        CustomParser = result => (TimeList?)Inputs.Parsed(result, TimeList.Expected, TimeList.Parse),
    };
}

/// <summary>Dynamics to be computed.</summary>
internal sealed record DynamicsTask(
    InfiniteKernel Kernel,
    Matrix Samples,
    Matrix Targets,
    Matrix? Points,
    double[] Times,
    DynamicsOptions<Matrix> Options,
    ResultFolder Folder,
    Notes Notes)
{
    /// <summary>The file of the means.</summary>
    internal const string Mean = "mean.npy";

    /// <summary>The file of the covariances.</summary>
    internal const string Covariance = "covariance.npy";

    /// <summary>The file of the standard deviations.</summary>
    internal const string Deviations = "deviations.npy";

    /// <summary>The loss.</summary>
    internal required Loss Loss { get; init; }

    /// <summary>The training until each time, for the squared loss.</summary>
    internal required IReadOnlyList<Training> Trainings { get; init; }

    /// <summary>The momentum of descent.</summary>
    internal required Momentum Momentum { get; init; }

    /// <summary>The file of covariances or deviations; null where there is a mean alone.</summary>
    internal required string? Spread { get; init; }

    /// <summary>The number of samples at which the networks are looked at.</summary>
    internal int PointCount => (Points ?? Samples).Rows;

    /// <summary>The numbers of the spread at each point and time.</summary>
    internal int SpreadColumns => Spread switch
    {
        null => 0,
        Deviations => 1,
        _ => PointCount,
    };

    /// <summary>The shape of the spread's file.</summary>
    internal int[] SpreadShape =>
        Spread == Deviations ? [Times.Length, PointCount] : [Times.Length, PointCount, PointCount];

    /// <summary>C, the number of outputs.</summary>
    internal int Outputs => Targets.Columns;

    /// <summary>Room for so many numbers at each point and time.</summary>
    internal double[] Room(int columns) => new double[Length(columns)];

    /// <summary>Fails before the work if there are more numbers of a result than an array holds.</summary>
    /// <param name="columns">The number of numbers at each point and time.</param>
    /// <exception cref="DataFormatException">There are more.</exception>
    internal void RequireRoom(int columns)
    {
        if (Length(columns) > Array.MaxLength)
        {
            throw new DataFormatException(
                "--times", $"at most {Array.MaxLength} numbers in a file of results",
                $"{Times.Length} times {PointCount} x {columns}", "give fewer times or fewer samples at once");
        }
    }

    private long Length(int columns) => (long)Times.Length * PointCount * columns;
}
