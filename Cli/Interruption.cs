using System.CommandLine;
using System.Runtime.InteropServices;

namespace HadamardNtk.Cli;

/// <summary>Ctrl-C, SIGTERM and SIGHUP stop the work, clean up and exit with 130, at the latest after a few seconds.</summary>
internal static class Interruption
{
    /// <summary>SIGXFSZ on Linux and macOS: a file would be larger than is allowed.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    // Our own handlers cancel, and our own table says which failure exits how.
    private static readonly InvocationConfiguration Plain =
        new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = new Stdout() };

    /// <summary>Runs what is over at once, without waiting for signals.</summary>
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

    internal static async Task<int> Run(ParseResult parsed)
    {
        using var stop = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        // Without its signal the write itself fails, and says so.
        using var tooLarge = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true);
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

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            if (!stop.IsCancellationRequested)
            {
                stop.Cancel();
                Task.Delay(Grace, over.Token).ContinueWith(
                    _ => Leave(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }
    }

    // What does not listen is left where it stands: a library that is told to end waits for threads that are at work.
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
