using System.CommandLine;

namespace HadamardNtk.Cli;

/// <summary>A command or an option is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>One line on stderr, and the exit code: 1 for a computation that failed, 2 for wrong input, 130 when interrupted.</summary>
internal static class Failures
{
    internal const int Computation = 1;
    internal const int Input = 2;
    internal const int Interrupted = 130;

    internal static int Usage(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = command is RootCommand ? "hntk" : $"hntk {command.Name}";
        return Say($"{string.Join(" ", parsed.Errors.Select(e => e.Message).Distinct())} See '{name} --help'.", Input);
    }

    internal static int Report(Exception e) => e switch
    {
        OperationCanceledException => Say("interrupted; nothing was left behind", Interrupted),
        OutputException { Fault: OutputFault.WriteFailed } => Say(e.Message, Computation),
        KernelUndefinedException or NotPositiveDefiniteException => Say(e.Message, Computation),
        OutOfMemoryException => Say("not enough memory; give fewer rows, or stream with gram", Computation),
        ArgumentException a => Say(WithoutName(a), Input),
        UsageException or NetworkSyntaxException or DataFormatException => Say(e.Message, Input),
        IOException or UnauthorizedAccessException or NotSupportedException => Say(e.Message, Input),
        _ => Say($"a defect in hntk, please report it: {e.GetType().Name}: {e.Message}", Computation),
    };

    private static string WithoutName(ArgumentException e) => e.Message.Split(" (Parameter '")[0];

    private static int Say(string message, int code)
    {
        Console.Error.WriteLine("hntk: " + message.ReplaceLineEndings(" "));
        return code;
    }
}
