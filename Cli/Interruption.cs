using System.CommandLine;
using System.Runtime.InteropServices;

namespace HadamardNtk.Cli;

/// <summary>Ctrl-C, SIGTERM and SIGHUP stop the work, clean up and exit with 130, at the latest after a few seconds.</summary>
internal static class Interruption
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    internal static async Task<int> Run(ParseResult parsed)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        // Our own handlers cancel, and our own table says which failure exits how.
        var plain = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        try
        {
            return await parsed.InvokeAsync(plain, stop.Token);
        }
        catch (Exception e)
        {
            return Failures.Report(e);
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            if (!stop.IsCancellationRequested)
            {
                stop.Cancel();
                Task.Delay(Grace).ContinueWith(_ => Environment.Exit(Failures.Interrupted), TaskScheduler.Default);
            }
        }
    }
}
