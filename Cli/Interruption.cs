using System.CommandLine;
using System.Runtime.InteropServices;

namespace HadamardNtk.Cli;

/// <summary>Ctrl-C and SIGTERM stop the work, clean up and exit with 130.</summary>
internal static class Interruption
{
    internal static async Task<int> Run(ParseResult parsed)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

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
            stop.Cancel();
        }
    }
}
