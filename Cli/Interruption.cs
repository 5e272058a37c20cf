using System.CommandLine;
using System.Runtime.InteropServices;
using HadamardNtk.Cli.Commands;

namespace HadamardNtk.Cli;

/// <summary>
/// Handles Ctrl-C, SIGTERM and SIGHUP: the work stops and cleans up, and the process exits with 130, after a few
/// seconds at the latest. A worker of a cluster has longer, since it takes leave of the others.
/// </summary>
internal static class Interruption
{
    /// <summary>SIGXFSZ on Linux and macOS, the signal of a file that would be larger than allowed.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(3);
    private static PosixSignalRegistration? _fileTooLarge;

    // Our own handlers cancel the work, and our own table has the exit code of each failure.
    private static readonly InvocationConfiguration Plain =
        new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = new Stdout() };

    /// <summary>Runs a command that ends at once, without handling signals.</summary>
    internal static int Unneeded(ParseResult parsed)
    {
        try
        {
            return parsed.Invoke(Plain);
        }
        catch (Exception e)
        {
            return Failures.Report(e);
        }
    }

    /// <summary>The time that a command has for its end after a signal.</summary>
    internal static TimeSpan Grace(ParseResult parsed) =>
        parsed.CommandResult.Command.Name == WorkerCommand.Name ? WorkerCommand.Grace : Usual;

    internal static async Task<int> Run(ParseResult parsed)
    {
        using var stop = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        IgnoreFileTooLarge();
        try
        {
            return await parsed.InvokeAsync(Plain, stop.Token);
        }
        catch (Exception e)
        {
            return Failures.Report(e);
        }
        finally
        {
            over.Cancel();
        }

        // If the signal is ignored, the write itself fails with an error. The registration stays to the end of the
        // process, since the signal may be handled after the failure of its write has been reported.
        static void IgnoreFileTooLarge() =>
            _fileTooLarge ??= OperatingSystem.IsWindows()
                ? null
                : PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            if (!stop.IsCancellationRequested)
            {
                stop.Cancel();
                Task.Delay(Grace(parsed), over.Token).ContinueWith(
                    _ => Leave(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                    TaskScheduler.Default);
            }
        }
    }

    // The process ends without shutting libraries down, because that would wait for threads that cannot be canceled.
    private static void Leave()
    {
        Failures.Tell("interrupted in the middle of a step that cannot be stopped");
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(Failures.Interrupted);
        }

        ExitAtOnce(Failures.Interrupted);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitAtOnce(int code);
}
