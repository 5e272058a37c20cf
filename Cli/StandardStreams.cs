using System.Runtime.InteropServices;

namespace HadamardNtk.Cli;

/// <summary>
/// Whether the caller left us a stdout and a stderr. One that was closed has its number taken by the first file that the runtime opens
/// for itself: to write there would damage it. What the runtime opens is closed for programs it starts, what we are given is not.
/// </summary>
internal static class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int ReadAndWrite = 2;

    /// <summary>Whether there is no stdout.</summary>
    internal static bool IsOutputClosed { get; private set; }

    /// <summary>Whether there is no stderr.</summary>
    internal static bool IsErrorClosed { get; private set; }

    /// <summary>Looks, before anything is opened, and fills numbers that are free, so that no later file gets them.</summary>
    internal static void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _ = IsClosed(0);
        (IsOutputClosed, IsErrorClosed) = (IsClosed(Output), IsClosed(Error));
    }

    private static bool IsClosed(int number)
    {
        var flags = Control(number, GetFlags);
        if (flags < 0)
        {
            _ = Open("/dev/null", ReadAndWrite);
        }

        return flags < 0 || (flags & CloseOnExec) != 0;
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Control(int file, int command);

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open(string path, int flags);
}
