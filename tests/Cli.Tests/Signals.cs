using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Signals to a running process, where the system has them.</summary>
internal static class Signals
{
    internal const int Interrupt = 2;
    internal const int Kill = 9;
    internal const int Terminate = 15;
    internal const int Continue = 18;
    internal const int Pause = 19;

    /// <summary>Skips the test where there are none, and lets interrupts through.</summary>
    internal static void Require()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such signals.");

        // A background job of a shell ignores SIGINT, and so would its children.
        if (Signal(Interrupt, 0) is var before && before != 1)
        {
            Signal(Interrupt, before);
        }
    }

    /// <summary>Sends a signal; 0 if it arrived.</summary>
    [DllImport("libc", EntryPoint = "kill")]
    internal static extern int Send(int process, int signal);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int signal, nint handler);
}
