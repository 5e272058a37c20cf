using System.CommandLine;

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
        var name = command is RootCommand ? "hntk" : $"hntk {command.Name}";
        var messages = parsed.Errors.Select(e => e.Message).Distinct().ToArray();

        // For an unknown command, the parser also reports that a command is missing.
        var shown = parsed.UnmatchedTokens.Count > 0
            ? messages.Where(m => !m.StartsWith("Required command", StringComparison.Ordinal))
            : messages;
        return Say($"{string.Join(" ", shown)} See '{name} --help'.", Input);
    }

    internal static int Report(Exception e) => e switch
    {
        OperationCanceledException => Say("interrupted; nothing was left behind", Interrupted),
        KeptException => Say(e.Message, Interrupted),
        OutputException { Fault: OutputFault.WriteFailed } => Say(e.Message, Computation),
        ArithmeticException => Say(e.Message, Computation),
        StdoutException => Say(e.Message, Computation),
        InsufficientMemoryException => Say(e.Message, Computation),
        OutOfMemoryException => Say("not enough memory; give fewer rows, or stream with gram", Computation),
        ArgumentException a => Say(WithoutName(a), Input),
        UsageException or NetworkSyntaxException or DataFormatException => Say(e.Message, Input),
        DllNotFoundException => Say(e.Message, Input),
        IOException or UnauthorizedAccessException or NotSupportedException => Say(e.Message, Input),
        _ => Say($"a defect in hntk, please report it: {e.GetType().Name}: {e.Message}", Computation),
    };

    private static string WithoutName(ArgumentException e) => e.Message.Split(" (Parameter '")[0];

    private static int Say(string message, int code)
    {
        Tell(message);
        return code;
    }

    /// <summary>Writes one line on stderr. If stderr is closed or full, there is only the exit code.</summary>
    internal static void Tell(string message)
    {
        if (StandardStreams.IsErrorClosed)
        {
            return;
        }

        try
        {
            Console.Error.WriteLine("hntk: " + MessageText.Clean(message.ReplaceLineEndings(" ")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
        }
    }
}
