using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HadamardNtk.Cli;

/// <summary>The options that several commands share, and the readers of their values.</summary>
internal static class Inputs
{
    internal static Option<string> Net() => new("--net")
    {
        Description = "The network, as text or as @FILE.",
        Required = true,
        HelpName = "TEXT|@FILE",
    };

    /// <summary>The option of one network or several.</summary>
    internal static Option<string[]> Nets() => new("--net")
    {
        Description = "The network, as text or as @FILE; of several, each with its own --net, the best by --select.",
        HelpName = "TEXT|@FILE",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The option of the file for a result, in the format that its name states.</summary>
    internal static Option<string> Result(string description) =>
        File("--out", $"{description}: .npy, or .csv by its name, each also with .gz; - is text on stdout.");

    /// <summary>The option of samples for the columns that differ from those of the rows.</summary>
    internal static Option<string> Others() =>
        File("--x2", "Other samples for the columns of the matrix, in rows as in --x; without it those of --x.", false);

    internal static Option<string> File(string name, string description, bool required = true) => new(name)
    {
        Description = description,
        Required = required,
        HelpName = "FILE",
    };

    internal static Option<string> Kernel() => Choice(
        "--kernel", "ntk: the tangent kernel, of training; nngp: the covariance of random networks, a Gaussian "
            + "process.",
        "ntk", "nngp");

    internal static Option<string> NumbersOption(string description) =>
        Choice("--precision", description, "f64", "f32");

    internal static Option<string> Backend() => new("--backend")
    {
        Description = "What computes; 'hntk backends' lists them.",
        DefaultValueFactory = _ => Backends.Default.Name,
        HelpName = "NAME",
    };

    /// <summary>The option of the number of threads.</summary>
    /// <param name="mayShow">
    /// Whether the result may depend on it, because the threads of a LAPACK add in any order.
    /// </param>
    internal static Option<int> Threads(bool mayShow = false) => Threads(
        mayShow
            ? "The number of threads; where a LAPACK takes part, the last digits may depend on it. [default: all "
                + "processors]"
            : "The number of threads; the result does not depend on it. [default: all processors]");

    internal static Option<int> Threads(string description) => new("--threads")
    {
        Description = description,
        DefaultValueFactory = _ => Environment.ProcessorCount,
        CustomParser = result => ParsedCount(result, 1) ?? 1,
        HelpName = "N",
    };

    internal static Option<int> Width() => new("--width")
    {
        Description = "The width of every dense layer that states none.",
        Required = true,
        CustomParser = result => ParsedCount(result, 1) ?? 1,
        HelpName = "M",
    };

    internal static Option<long> Seed(string description = "What the parameters are drawn from.") => new("--seed")
    {
        Description = description,
        Required = true,
        CustomParser = result => (long?)Parsed(result, "a whole number of at least 0", text =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null) ?? 0,
        HelpName = "S",
    };

    /// <summary>An option that takes a finite number of at least 0.</summary>
    internal static Option<double?> Amount(string name, string description, string value = "R") => new(name)
    {
        Description = description,
        CustomParser = result => (double?)Parsed(result, "a finite number of at least 0", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
                && double.IsFinite(x) && x >= 0
                ? x
                : null),
        HelpName = value,
    };

    /// <summary>An option that takes a finite number other than 0.</summary>
    internal static Option<double?> Factor(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => (double?)Parsed(result, "a finite number other than 0", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
                && double.IsFinite(x) && x != 0
                ? x
                : null),
        HelpName = "R",
    };

    /// <summary>An option that takes a whole number of at least <c>least</c>.</summary>
    internal static Option<int?> Count(string name, string description, int least, string value = "N") => new(name)
    {
        Description = description,
        CustomParser = result => ParsedCount(result, least),
        HelpName = value,
    };

    /// <summary>The option of a seed that may be left out, below 2^31.</summary>
    internal static Option<int?> SmallSeed(string description) => Count("--seed", description, 0, "S");

    /// <summary>The value of an option's text, or null and an error that states the expected value.</summary>
    internal static object? Parsed(ArgumentResult result, string expected, Func<string, object?> parse)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var value = parse(text);
        if (value is null)
        {
            result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes {expected}, not '{text}'.");
        }

        return value;
    }

    /// <summary>Adds an error for each of the options that is missing, as the parser does for required ones.</summary>
    internal static void RequireAll(CommandResult result, params Option[] options)
    {
        foreach (var missing in options.Where(option => result.GetResult(option) is null))
        {
            result.AddError($"Option '{missing.Name}' is required.");
        }
    }

    private static int? ParsedCount(ArgumentResult result, int least) =>
        (int?)Parsed(result, $"a whole number of at least {least}", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least ? n : null);

    internal static Option<bool> Json() =>
        new("--json") { Description = "Print the result as one JSON object on stdout, and nothing else there." };

    internal static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => values[0],
            HelpName = string.Join("|", values),
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !values.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name} takes {string.Join(" or ", values)}, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }

    /// <summary>The option of the loss of a training.</summary>
    internal static Option<string> Loss()
    {
        var option = Choice(
            "--loss", "The loss. [default: softmax with --classify, else squared]",
            "squared", "logistic", "softmax");
        option.DefaultValueFactory = null;
        return option;
    }

    internal static Loss ReadLoss(string? name, bool isClassifier) => name switch
    {
        "logistic" => HadamardNtk.Loss.Logistic,
        "softmax" => HadamardNtk.Loss.Softmax,
        null => isClassifier ? HadamardNtk.Loss.Softmax : HadamardNtk.Loss.Squared,
        _ => HadamardNtk.Loss.Squared,
    };

    internal static Network ReadNetwork(string text)
    {
        var network = Network.Parse(text.StartsWith('@') ? ReadText(text[1..]) : text);
        RunRecord.Current.Network = network.ToString();
        if (text.StartsWith('@'))
        {
            RunRecord.Add(text[1..]);
        }

        return network;
    }

    internal static KernelKind Kind(string name) => name == "nngp" ? KernelKind.Nngp : KernelKind.Ntk;

    internal static Precision NumberType(string name) => name == "f32" ? Precision.Float32 : Precision.Float64;

    /// <summary>The ridge of two options, of which one may be given; the usual one is relative.</summary>
    /// <exception cref="UsageException">Both are given.</exception>
    internal static Ridge Ridge(double? absolute, double? relative, double usual) => (absolute, relative) switch
    {
        ({ }, { }) => throw new UsageException("Expected --ridge or --ridge-relative, not both; leave one out."),
        ({ } r, _) => HadamardNtk.Ridge.Absolute(r),
        (_, { } r) => HadamardNtk.Ridge.Relative(r),
        _ => HadamardNtk.Ridge.Relative(usual),
    };

    internal static GramOptions Gram(string backend, int threads) =>
        new() { Backend = KnownBackends.Find(backend), Threads = threads };

    /// <summary>Reads targets.</summary>
    internal static Matrix ReadTargets(string file, Notes notes)
    {
        var targets = notes.Looked(file, InputFiles.Read(file)).AsTargets();
        RunRecord.Add(file, targets.Rows, targets.Columns);
        return targets;
    }

    /// <summary>Reads samples, which must have a given number of features if there is one.</summary>
    internal static Matrix ReadSamples(string file, Notes notes, int? features = null) =>
        ReadShaped(file, notes, features).Rows;

    /// <summary>The same with the shape that a file of several dimensions gives them.</summary>
    internal static ShapedSamples ReadShaped(string file, Notes notes, int? features = null)
    {
        var samples = notes.Looked(file, InputFiles.Read(file)).AsSamples();
        RunRecord.Add(file, samples.Rows.Rows, samples.Rows.Columns);
        return features is null || samples.Rows.Columns == features
            ? samples
            : throw new DataFormatException(
                file, $"{features} features in every row, as in the other samples", $"{samples.Rows.Columns}",
                "select the right columns");
    }

    /// <summary>Reads samples of the same shape as others.</summary>
    internal static Matrix ReadLike(string file, Notes notes, ShapedSamples others)
    {
        var (rows, shape) = ReadShaped(file, notes, others.Rows.Columns);
        return shape is null || others.Shape is null || shape.Equals(others.Shape)
            ? rows
            : throw new DataFormatException(
                file, $"samples of {others.Shape}, as the other ones", $"{shape}", "name files of one shape");
    }

    /// <summary>The network that reads samples of a shape, which stands before it where it names none.</summary>
    internal static Network WithShape(Network network, ShapedSamples samples, string file, Notes notes)
    {
        var shaped = network.WithShape(samples.Shape);
        RunRecord.Current.Network = shaped.ToString();
        if (shaped != network && samples.Shape is { Extents: [var height, var width] } sequence)
        {
            notes.Add(
                $"{file}: samples are read as {sequence}; where they are images of one channel, name "
                + $"image({height}x{width}x1) in the network");
        }

        return shaped;
    }

    /// <summary>Returns the contents of a file if they have as many rows as there are samples.</summary>
    internal static T AsMany<T>(string file, T read, Func<T, int> count, int samples)
    {
        RunRecord.Add(file, count(read), 1);
        return count(read) == samples
            ? read
            : throw new DataFormatException(
                file, $"{samples} rows, one for each sample", $"{count(read)}",
                "select the same rows of samples and targets");
    }

    private static string ReadText(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataFormatException(
                path.Length > 0 ? path : "--net @", "a file with a network in it",
                path.Length > 0 ? e.Message.TrimEnd('.') : "no name", "name a readable file after @", e);
        }
    }
}
