using System.CommandLine;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of dynamics.</summary>
internal sealed class DynamicsInputs
{
    private readonly Option<string> _net = Inputs.Net();
    private readonly Option<string> _x = Inputs.File("--x", "Training samples, one a row.");
    private readonly Option<string> _y = Inputs.File(
        "--y", "Targets, a row for each training sample: n or n x outputs.");

    private readonly Option<string> _x2 = Inputs.File(
        "--x2", "Samples at which the networks are looked at, one a row; without it those of --x.", false);

    private readonly Option<string> _kernel = Inputs.Choice(
        "--kernel", "ntk: networks trained as a whole; nngp: the read-out alone.", "ntk", "nngp");

    private readonly Option<double?> _ridge = Inputs.Amount("--ridge", "The ridge, absolute; 0 unless given.");
    private readonly Option<double[]> _times = Times();
    private readonly Option<string> _backend = Inputs.Backend();
    private readonly Option<int> _threads = Inputs.Threads(mayShow: true);
    private readonly Option<string> _output = new("--out")
    {
        Description =
            "The folder that mean.npy (times x n x outputs) and covariance.npy (times x n x n) are written to.",
        Required = true,
        HelpName = "DIR",
    };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _net, _x, _y, _x2, _kernel, _ridge, _times, _backend, _threads, _output })
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the options and the samples, once the folder of the results can be written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="results">The names of the files of the results.</param>
    internal DynamicsTask Read(ParseResult parsed, params string[] results)
    {
        var gram = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads));
        var folder = new ResultFolder(parsed.GetValue(_output)!, results);
        Overwriting.Refuse(
            folder.Files, ("--net", parsed.GetValue(_net)), ("--x", parsed.GetValue(_x)), ("--y", parsed.GetValue(_y)),
            ("--x2", parsed.GetValue(_x2)));
        var notes = new Notes();
        var network = Inputs.ReadNetwork(parsed.GetValue(_net)!);
        var kernel = network.Kernel(Inputs.Kind(parsed.GetValue(_kernel)!));
        var samples = Inputs.ReadSamples(parsed.GetValue(_x)!, notes);
        var file = parsed.GetValue(_y)!;
        var targets = Inputs.AsMany(file, Inputs.ReadTargets(file, notes), t => t.Rows, samples.Rows);
        var points = parsed.GetValue(_x2) is { } others ? Inputs.ReadSamples(others, notes, samples.Columns) : null;
        var options = new DynamicsOptions<Matrix>
        {
            Ridge = Ridge.Absolute(parsed.GetValue(_ridge) ?? 0),
            Gram = gram,
        };
        return new(kernel, samples, targets, points, parsed.GetValue(_times)!, options, folder, notes);
    }

    private static Option<double[]> Times() => new("--times")
    {
        Description = "Times of the flow, learning rate * steps; inf is the end.",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
        HelpName = "T,T,...",
        CustomParser = result => (double[]?)Inputs.Parsed(
            result, "numbers of at least 0, separated by commas (inf is the end)", ParseTimes) ?? [],
    };

    private static double[]? ParseTimes(string text)
    {
        var times = Array.ConvertAll(text.Split(','), ParseTime);
        return Array.TrueForAll(times, t => t >= 0) ? times : null;
    }

    private static double ParseTime(string text) =>
        text == "inf" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var t) && double.IsFinite(t)
            ? t
            : double.NaN;
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
    /// <summary>The number of samples at which the networks are looked at.</summary>
    internal int PointCount => (Points ?? Samples).Rows;

    /// <summary>C, the number of outputs.</summary>
    internal int Outputs => Targets.Columns;

    /// <summary>Room for so many numbers at each point and time.</summary>
    /// <exception cref="DataFormatException">There are more than an array holds.</exception>
    internal double[] Room(int columns) =>
        (long)Times.Length * PointCount * columns is var length && length <= Array.MaxLength
            ? new double[length]
            : throw new DataFormatException(
                "--times", $"at most {Array.MaxLength} numbers in a file of results",
                $"{Times.Length} times {PointCount} x {columns}", "give fewer times or fewer samples at once");
}
