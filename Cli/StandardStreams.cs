using System.Runtime.InteropServices;

namespace HadamardNtk.Cli;

/// <summary>
/// Finds out whether the caller has closed stdout or stderr. The runtime's first file takes the number of a closed one,
/// and writing there would damage that file. Such a file has the flag close-on-exec, which inherited streams do not
/// have.
/// </summary>
internal static class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int ReadAndWrite = 2;

    /// <summary>Whether stdout is closed.</summary>
    internal static bool IsOutputClosed { get; private set; }

    /// <summary>Whether stderr is closed.</summary>
    internal static bool IsErrorClosed { get; private set; }

    /// <summary>
    /// Tests both before any file is opened, and occupies the numbers that are free, so that no later file gets them.
    /// </summary>
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
