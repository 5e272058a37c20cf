using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;

namespace HadamardNtk.Cli;

/// <summary>
/// What the envelope of JSON says of a run: the command with its options, and the inputs, the network and the kernel as
/// they are read. There is one run in a process.
/// </summary>
internal sealed class RunRecord
{
    /// <summary>The option that asks for JSON.</summary>
    internal const string Json = "--json";

    /// <summary>The option that may ask for JSON too.</summary>
    internal const string Format = "--format";

    private readonly List<RunInput> _inputs = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    private RunRecord(ParseResult? parsed, bool isJson) => (Parsed, IsJson) = (parsed, isJson);

    /// <summary>The run of this process.</summary>
    internal static RunRecord Current { get; private set; } = new(null, false);

    /// <summary>The command line; null before it is parsed.</summary>
    internal ParseResult? Parsed { get; }

    /// <summary>Whether JSON was asked for.</summary>
    internal bool IsJson { get; }

    /// <summary>Whether the one object is printed, so that no other may be.</summary>
    internal bool IsPrinted { get; set; }

    /// <summary>The inputs, in the order in which they were read first.</summary>
    internal IReadOnlyList<RunInput> Inputs => _inputs;

    /// <summary>The network as it is printed, or null.</summary>
    internal string? Network { get; set; }

    /// <summary>The kernel that a model or a file states, or null if it states none.</summary>
    internal string? Kernel { get; private set; }

    /// <summary>Whether a model or a file states the kernel, and not the option.</summary>
    internal bool IsKernelRead { get; private set; }

    /// <summary>The backend, if it is not the one that the option names.</summary>
    internal string? Backend { get; set; }

    /// <summary>The number type of what was read, if it is not the one that the option names.</summary>
    internal Precision? Precision { get; set; }

    /// <summary>The seconds since the command line was parsed.</summary>
    internal double Seconds => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Begins the record of a run.</summary>
    internal static void Begin(ParseResult parsed, string[] arguments) =>
        Current = new(parsed, parsed.Errors.Count > 0 ? IsNamed(arguments) : IsAskedFor(parsed));

    /// <summary>Keeps the network and the kernel of a model or a file, as far as they are known.</summary>
    internal static void Keep(string? network, KernelKind? kernel)
    {
        (Current.Network, Current.IsKernelRead) = (network, true);
        Current.Kernel = kernel is { } known ? ProvenanceFile.Word(known) : null;
    }

    /// <summary>Keeps a file that was read.</summary>
    /// <param name="argument">The file as it was named, with its selection.</param>
    /// <param name="rows">The number of rows that were read, or null where there are none.</param>
    /// <param name="columns">The number of columns, or null.</param>
    internal static void Add(string argument, int? rows = null, int? columns = null)
    {
        if (Current.IsJson && !Current._inputs.Exists(input => input.File == argument))
        {
            Current._inputs.Add(new(argument, Sum(argument), rows, columns));
        }
    }

    // A command line with errors has no values yet.
    private static bool IsNamed(string[] arguments) => arguments.Contains(Json)
        || arguments.Zip(arguments.Skip(1)).Any(pair => pair is ("--format", "json"));

    private static bool IsAskedFor(ParseResult parsed)
    {
        foreach (var option in parsed.CommandResult.Command.Options)
        {
            if ((option is Option<bool> flag && option.Name == Json && parsed.GetValue(flag))
                || (option is Option<string> format && option.Name == Format && parsed.GetValue(format) == "json"))
            {
                return true;
            }
        }

        return false;
    }

    // A pipe can be read once alone, and a folder has no bytes.
    private static string? Sum(string argument)
    {
        var path = Selection.Split(argument).Path;
        path = File.Exists(path) ? path : argument;
        try
        {
            return File.Exists(path) && FileStatus.Of(path) is { IsOrdinary: true } ? Checksums.OfFile(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A file that a run read.</summary>
/// <param name="File">The file as it was named, with its selection.</param>
/// <param name="Sha256">The checksum of its bytes; null of a pipe or a folder.</param>
/// <param name="Rows">The number of rows that were read, or null.</param>
/// <param name="Columns">The number of columns, or null.</param>
internal sealed record RunInput(string File, string? Sha256, int? Rows, int? Columns);
