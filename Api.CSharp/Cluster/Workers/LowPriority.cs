using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Lowers the priority of the calling thread, so that the silo answers while the thread computes.</summary>
internal static partial class LowPriority
{
    private const int ProcessOrThread = 0;
    private const int Nice = 5;

    /// <summary>
    /// Lowers the priority. Linux ignores the priority that .NET sets, but has a nice value for each thread.
    /// </summary>
    internal static void Enter()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(ProcessOrThread, 0, Nice);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int value);
}
