using System.CommandLine;
using System.Runtime.InteropServices;

namespace HadamardNtk.Cli;

/// <summary>The error of a wrong command or option.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The error of interrupted work whose finished part is kept beside its result.</summary>
internal sealed class KeptException : Exception
{
    internal KeptException(string path, Exception cause)
        : this(cause, $"{path}.partial and {path}.journal hold what is done")
    {
    }

    private KeptException(Exception cause, string kept)
        : base($"interrupted; {kept}, --resume continues it", cause)
    {
    }

    /// <summary>The error of a study whose kernels are in a folder.</summary>
    internal static KeptException Kernels(string folder, Exception cause) =>
        new(cause, $"{folder} holds the kernels so far");

    /// <summary>The error of a training whose state is in a checkpoint.</summary>
    internal static KeptException Checkpoint(string path, Exception cause) =>
        new(cause, $"{path} holds the training so far");
}

/// <summary>The error of a result that cannot be printed.</summary>
internal sealed class StdoutException(string why, Exception? cause = null)
    : Exception($"expected to print the result on stdout; {why}; send it elsewhere", cause)
{
    internal StdoutException(Exception cause)
        : this($"it cannot be written ({cause.Message.TrimEnd('.')})", cause)
    {
    }
}

/// <summary>
/// Reports a failure by one line on stderr and the exit code: 1 for a failed computation, 2 for wrong input, 130 after
/// an interruption.
/// </summary>
internal static class Failures
{
    internal const int Computation = 1;
    internal const int Input = 2;
    internal const int Interrupted = 130;

    internal static int Usage(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var messages = parsed.Errors.Select(e => e.Message).Distinct().ToArray();

        // For an unknown command, the parser also reports that a command is missing.
        var isMissing = parsed.UnmatchedTokens.Count == 0;
        var shown = messages
            .Where(m => isMissing || !IsOfCommand(m))
            .Select(m => IsOfCommand(m) ? $"Expected a command, {Commands(command)}; came none." : m);
        return Say(
            "usage", $"{string.Join(" ", shown)}{Typos.Asked(parsed)} See '{HelpText.Named(command)} --help'.", Input);

        static bool IsOfCommand(string message) => message.StartsWith("Required command", StringComparison.Ordinal);

        static string Commands(Command above) => above is RootCommand
            ? "as demo"
            : string.Join(" or ", above.Subcommands.Select(sub => sub.Name));
    }

    internal static int Report(Exception e) => e switch
    {
        OperationCanceledException => Say("interrupted", "interrupted; nothing was left behind", Interrupted),
        KeptException => Say("interrupted", e.Message, Interrupted),
        OutputException { Fault: OutputFault.WriteFailed } => Say("output", e.Message, Computation),
        ArithmeticException => Say("computation", e.Message, Computation),
        StdoutException => Say("output", e.Message, Computation),
        InsufficientMemoryException => Say("memory", e.Message, Computation),
        OutOfMemoryException =>
            Say("memory", "not enough memory; give fewer rows, or stream with gram", Computation),
        ExternalException when IsOfMemory(e) => Say(
            "memory", "not enough memory on the device; give fewer rows or a smaller width, or take another backend",
            Computation),
        NetworkRefusedException r => Say("network", WithoutName(r), Input),
        ArgumentException a => Say("argument", WithoutName(a), Input),
        UsageException => Say("usage", e.Message, Input),
        NetworkSyntaxException => Say("network", e.Message, Input),
        DataFormatException => Say("data", e.Message, Input),
        DllNotFoundException => Say("library", e.Message, Input),
        ClusterException => Say("cluster", e.Message, Computation),
        IOException or UnauthorizedAccessException => Say("output", e.Message, Input),
        NotSupportedException => Say("argument", e.Message, Input),
        _ => Say(
            "defect", $"a defect in hntk, please report it: {e.GetType().Name}: {e.Message}", Computation),
    };

    // libtorch has no type of its own for memory that it does not get. HadamardNtk.Torch has the same words, and this
    // program runs without it.
    private static bool IsOfMemory(Exception e) =>
        e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("_STATUS_ALLOC_FAILED", StringComparison.Ordinal);

    private static string WithoutName(Exception e) => e.Message.Split(" (Parameter '")[0];

    // With --json the error is the one object on stdout, unless a result is there already.
    private static int Say(string kind, string message, int code)
    {
        Tell(message);
        if (RunRecord.Current is { IsJson: true, IsPrinted: false })
        {
            Envelope.PrintError(kind, MessageText.Clean(message.ReplaceLineEndings(" ")), code);
        }

        return code;
    }

    /// <summary>Writes one line on stderr. If stderr is closed or full, there is only the exit code.</summary>
    internal static void Tell(string message) =>
        TryWriteError("hntk: " + MessageText.Clean(message.ReplaceLineEndings(" ")));

    /// <summary>Writes a line on stderr, if that is neither closed nor full.</summary>
    internal static void TryWriteError(string line)
    {
        if (StandardStreams.IsErrorClosed)
        {
            return;
        }

        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
        }
    }
}
