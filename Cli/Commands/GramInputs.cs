using System.CommandLine;
using System.CommandLine.Parsing;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of gram and matvec that describe a Gram matrix.</summary>
/// <param name="hasGraphs">Whether the samples may be graphs.</param>
internal sealed class GramInputs(bool hasGraphs)
{
    private readonly Option<string> _net = Inputs.Net();
    private readonly Option<string> _x = Inputs.File(
        "--x", hasGraphs ? "Samples, one a row, or graphs:FOLDER, a folder of graphs." : "Samples, one a row.");
    private readonly Option<string> _x2 = Inputs.Others();
    private readonly Option<string> _kernel = Inputs.Kernel();
    private readonly Option<string> _precision = Inputs.NumbersOption(
        "The floating point numbers that the result is computed and written in, of 64 or 32 bits.");
    private readonly Option<string> _backend = Inputs.Backend();
    private readonly Option<int> _threads = Inputs.Threads();

    /// <summary>All options.</summary>
    internal IReadOnlyList<Option> All => [_net, _x, _x2, _kernel, _precision, _backend, _threads];

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Lets a command do without a network and samples, unless <see cref="RequireSamples"/> asks.</summary>
    internal void LetMiss() => _net.Required = _x.Required = false;

    /// <summary>Adds an error where the network, the samples or others are missing.</summary>
    internal void RequireSamples(CommandResult result, params Option[] others) =>
        Inputs.RequireAll(result, [_net, _x, .. others]);

    /// <summary>Fails if a file that will be written is an input.</summary>
    /// <exception cref="OutputException">An output is an input or another output.</exception>
    internal void RequireApart(
        ParseResult parsed, IReadOnlyList<string> outputs, params (string Option, string? Value)[] others) =>
        Overwriting.Refuse(
            outputs,
            [
                ("--net", parsed.GetValue(_net)), ("--x", parsed.GetValue(_x)), ("--x2", parsed.GetValue(_x2)),
                .. others
            ]);

    /// <summary>Adds an error for each option that does not go with the diagonal alone.</summary>
    internal void RequireForDiagonal(CommandResult result, Option diagonal, Option resume)
    {
        if (result.GetResult(diagonal) is not { Implicit: false })
        {
            return;
        }

        foreach (var option in new[] { _x2, _precision, _backend, resume })
        {
            if (result.GetResult(option) is { Implicit: false })
            {
                result.AddError($"{option.Name} does not go with --diagonal; leave one of them out.");
            }
        }
    }

    /// <summary>Reads the options and the graphs where --x names a folder of these, and gives null elsewhere.</summary>
    /// <exception cref="UsageException">An option does not go with graphs.</exception>
    internal GraphGramTask? ReadGraphs(ParseResult parsed, params Option[] others)
    {
        var source = parsed.GetValue(_x)!;
        if (!GraphFolder.Is(source))
        {
            return null;
        }

        Option[] refused = [_x2, _backend, .. others];
        if (refused.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } bad)
        {
            throw new UsageException($"Expected {bad.Name} with rows, not with graphs; leave it out.");
        }

        var kernel = Inputs.ReadNetwork(parsed.GetValue(_net)!).GraphKernel(Inputs.Kind(parsed.GetValue(_kernel)!));
        return new(kernel, GraphFolder.Read(source), source, new()
        {
            Precision = Inputs.NumberType(parsed.GetValue(_precision)!),
            Threads = parsed.GetValue(_threads),
        })
        {
            Network = parsed.GetValue(_net)!,
        };
    }

    /// <summary>Reads the options and the samples.</summary>
    internal GramTask Read(ParseResult parsed)
    {
        var notes = new Notes();
        var options = Inputs.Gram(parsed.GetValue(_backend)!, parsed.GetValue(_threads));
        var network = Inputs.ReadNetwork(parsed.GetValue(_net)!);
        var read = Inputs.ReadShaped(parsed.GetValue(_x)!, notes);
        var kernel = Inputs.WithShape(network, read, parsed.GetValue(_x)!, notes)
            .Kernel(Inputs.Kind(parsed.GetValue(_kernel)!));
        var others = parsed.GetValue(_x2) is { } file ? Inputs.ReadLike(file, notes, read) : null;
        var precision = Inputs.NumberType(parsed.GetValue(_precision)!);
        return new(kernel, read.Rows, others, options with { Precision = precision }, notes)
        {
            Files = (parsed.GetValue(_x)!, parsed.GetValue(_x2)),
        };
    }
}

/// <summary>A Gram matrix to be computed.</summary>
internal sealed record GramTask(
    InfiniteKernel Kernel, Matrix Samples, Matrix? Others, GramOptions Options, Notes Notes)
{
    /// <summary>The files of the samples, as they were named.</summary>
    internal required (string X, string? X2) Files { get; init; }

    /// <summary>The number of columns of the matrix.</summary>
    internal int Columns => (Others ?? Samples).Rows;

    /// <summary>The number of entries of the matrix.</summary>
    internal double Entries => (double)Samples.Rows * Columns;

    /// <summary>The options, with progress and a report of the pairs that need a higher precision.</summary>
    internal GramOptions Watched(IProgress<double>? progress) =>
        Options with { Progress = progress, PrecisionReport = new Noted(this) };

    /// <summary>The matrix in memory.</summary>
    internal Matrix Gram(IProgress<double>? progress, CancellationToken stop) => Others is null
        ? Kernel.Gram(Samples, Watched(progress), stop)
        : Kernel.Cross(Samples, Others, Watched(progress), stop);

    /// <summary>Prints a report, with the number of pairs that needed a higher precision.</summary>
    /// <param name="json">Whether it is a JSON object.</param>
    /// <param name="seconds">The time of the computation.</param>
    /// <param name="pairs">The number of pairs that were computed; null for all of the matrix.</param>
    /// <param name="more">More of the result.</param>
    internal void Report(bool json, double seconds, long? pairs = null, params (string Key, object? Value)[] more)
    {
        List<(string, object?)> fields =
        [
            ("rows", Samples.Rows), ("columns", Columns), ("seconds", seconds),
            ("backend", Options.Backend!.Name), ("features", Samples.Columns), .. more,
        ];
        if (_lanes is { } lanes && Raised(lanes, pairs) is { Length: > 0 } raised)
        {
            fields.Add(("precision", raised));
        }

        Output.Done(json, Notes, [.. fields]);
    }

    /// <summary>A text such as <c>6 of 45 pairs needed 32 digits</c>.</summary>
    private string Raised(PrecisionReport lanes, long? computed)
    {
        var pairs = computed ?? (long)(Others is null ? (Entries + Samples.Rows) / 2 : Entries);
        (long Count, string What)[] kinds =
        [
            (lanes.Float64, "needed float64"), (lanes.DoubleDouble, "needed 32 digits"),
            (lanes.Quadrature, "were integrated one by one")
        ];
        return string.Join(
            "; ", kinds.Where(kind => kind.Count > 0).Select(kind => $"{kind.Count} of {pairs} pairs {kind.What}"));
    }

    private PrecisionReport? _lanes;

    private sealed class Noted(GramTask task) : IProgress<PrecisionReport>
    {
        public void Report(PrecisionReport value) => task._lanes = value;
    }
}
