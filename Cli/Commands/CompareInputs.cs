using System.CommandLine;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of compare.</summary>
internal sealed class CompareInputs
{
    private static readonly ComparisonOptions Usual = new();

    private readonly Option<string[]> _nets = new("--net")
    {
        Description = "A network, as text or as @FILE; once for each.",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.OneOrMore,
        HelpName = "TEXT|@FILE",
    };

    private readonly Option<string> _x = Inputs.File("--x", "Samples, one a row.");
    private readonly Option<string> _y = Inputs.File(
        "--y", "Targets, a row for each sample: n or n x outputs; with --classify n labels.");

    private readonly Option<bool> _classify = new("--classify")
    {
        Description = "The targets are labels, integers or texts; the score is the accuracy in place of the root mean "
            + "square error.",
    };

    private readonly Option<int?> _folds = Inputs.Count(
        "--folds", $"The folds of each partition of the samples. [default: {Usual.Folds}]", 2);

    private readonly Option<int?> _seeds = Inputs.Count(
        "--seeds", $"How many times the samples are dealt to folds anew. [default: {Usual.Seeds}]", 1);

    private readonly Option<int?> _seed = Inputs.SmallSeed(
        "The first seed; the others follow it. [default: 0]");
    private readonly Option<KernelKind[]?> _kernels = new("--kernel")
    {
        Description = "The kernels of each network: ntk, of training, nngp, of random networks, or both. [default: "
            + "ntk]",
        CustomParser = result => (KernelKind[]?)Inputs.Parsed(result, "ntk, nngp or ntk,nngp", ParseKernels),
        HelpName = "ntk|nngp|ntk,nngp",
    };

    private readonly Option<double[]?> _ridge = Numbers(
        "--ridge", "The ridge r of K + r I, absolute; of several, each fold takes the one with the least "
            + "leave-one-out error.");

    private readonly Option<double[]?> _relative = Numbers(
        "--ridge-relative", "The same as multiples of K's mean diagonal, unless --ridge is given. [default: 1e-8]");

    private readonly Option<bool> _center = new("--center")
    {
        Description = "Subtract the mean of a fold's training samples from every sample.",
    };

    private readonly Option<bool> _unit = new("--unit")
    {
        Description = "Scale every sample to unit norm (after centering).",
    };

    private readonly Option<bool> _centerTargets = new("--center-y")
    {
        Description = "Fit the targets minus their means, which are added to the predictions.",
    };

    private readonly Option<string> _backend = Inputs.Backend();
    private readonly Option<int> _threads = Inputs.Threads(mayShow: true);

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _nets, _x, _y, _classify, _folds, _seeds, _seed, _kernels, _ridge, _relative, _center, _unit,
            _centerTargets, _backend, _threads,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the options and the samples.</summary>
    internal CompareTask Read(ParseResult parsed)
    {
        var options = new ComparisonOptions
        {
            Folds = parsed.GetValue(_folds) ?? Usual.Folds,
            Seeds = parsed.GetValue(_seeds) ?? Usual.Seeds,
            FirstSeed = parsed.GetValue(_seed) ?? Usual.FirstSeed,
            Kernels = Given(parsed.GetValue(_kernels)) ?? Usual.Kernels,
            Ridges = Ridges(Given(parsed.GetValue(_ridge)), Given(parsed.GetValue(_relative))) ?? Usual.Ridges,
            Center = parsed.GetValue(_center),
            Unit = parsed.GetValue(_unit),
            CenterTargets = parsed.GetValue(_centerTargets),
            Gram = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads)),
        };
        var networks = Networks(parsed.GetValue(_nets)!);
        RunRecord.Keep(null, null);
        var notes = new Notes();
        var (x, shape) = Inputs.ReadShaped(parsed.GetValue(_x)!, notes);
        networks = [.. networks.Select(n => n with { Network = n.Network.WithShape(shape) })];
        var file = parsed.GetValue(_y)!;
        if (parsed.GetValue(_classify))
        {
            var read = Inputs.AsMany(file, InputFiles.ReadAnyLabels(file), y => y.Count, x.Rows);
            notes.Mixed(file, read);
            var texts = read.Integers is null ? read.Texts() : [];
            var labels = read.Integers ?? LabelPlaces<string>.Among(texts).Of(texts);
            return new(x, notes, (progress, stop) => KernelComparison.Run(
                networks, x, labels, options with { Gram = options.Gram with { Progress = progress } }, stop));
        }

        var targets = Inputs.AsMany(file, Inputs.ReadTargets(file, notes), y => y.Rows, x.Rows);
        return new(x, notes, (progress, stop) => KernelComparison.Run(
            networks, x, targets, options with { Gram = options.Gram with { Progress = progress } }, stop));
    }

    // A list that is not given is empty.
    private static T[]? Given<T>(T[]? list) => list is { Length: > 0 } ? list : null;

    // A network of a file has the file's name in tables, or its path where two have one name.
    private static StudyNetwork[] Networks(string[] texts)
    {
        var names = Array.ConvertAll(
            texts, text => text.StartsWith('@') ? Path.GetFileNameWithoutExtension(text[1..]) : text);
        return [.. texts.Select((text, k) => new StudyNetwork(
            names.Count(name => name == names[k]) > 1 ? text.TrimStart('@') : names[k], Inputs.ReadNetwork(text)))];
    }

    private static Ridge[]? Ridges(double[]? absolute, double[]? relative) => (absolute, relative) switch
    {
        ({ }, { }) => throw new UsageException("Expected --ridge or --ridge-relative, not both; leave one out."),
        ({ } r, _) => Array.ConvertAll(r, Ridge.Absolute),
        (_, { } r) => Array.ConvertAll(r, Ridge.Relative),
        _ => null,
    };

    private static Option<double[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => (double[]?)Inputs.Parsed(
            result, "finite numbers of at least 0, separated by commas", ParseNumbers),
        HelpName = "R,R,...",
    };

    private static double[]? ParseNumbers(string text)
    {
        var numbers = Array.ConvertAll(text.Split(','), part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x)
                ? x
                : -1);
        return Array.TrueForAll(numbers, x => x >= 0) ? numbers : null;
    }

    private static KernelKind[]? ParseKernels(string text)
    {
        var words = text.Split(',');
        return words.All(word => word is "ntk" or "nngp") && words.Distinct().Count() == words.Length
            ? Array.ConvertAll(words, Inputs.Kind)
            : null;
    }
}

/// <summary>A comparison to be run.</summary>
internal sealed record CompareTask(
    Matrix Samples, Notes Notes, Func<IProgress<double>?, CancellationToken, ComparisonResult> Run);
