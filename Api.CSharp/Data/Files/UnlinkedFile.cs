using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// A file without a name (Linux, O_TMPFILE). The system frees it when its writer ends, so that even a killed process
/// leaves nothing. When the file is complete, a link gives it a name.
/// </summary>
internal static partial class UnlinkedFile
{
    private const int ReadAndWrite = 2;
    private const int TemporaryFile = 0x410000;
    private const int CloseOnExec = 0x80000;
    private const int Mode = 0x1B6;
    private const int CurrentFolder = -100;
    private const int Follow = 0x400;

    /// <summary>Opens a nameless file in a folder; null where the system or its file system has none.</summary>
    /// <exception cref="IOException">There is not enough space.</exception>
    internal static SafeFileHandle? TryOpen(string folder, long size)
    {
        // The values of the flags are known for Linux on x86-64 and arm64.
        if (!OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return null;
        }

        var handle = Open(folder, Flags | ReadAndWrite | CloseOnExec, Mode);
        if (handle < 0)
        {
            return null;
        }

        var file = new SafeFileHandle(handle, ownsHandle: true);

        try
        {
            DiskSpace.Reserve(file, size);
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    private static int Flags => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x404000 : TemporaryFile;

    /// <summary>Gives the file a name that is not taken.</summary>
    /// <exception cref="IOException">The file cannot have that name.</exception>
    internal static void Name(SafeFileHandle file, string path)
    {
        if (Link(CurrentFolder, $"/proc/self/fd/{file.DangerousGetHandle()}", CurrentFolder, path, Follow) != 0)
        {
            throw new IOException($"The file cannot be given its name (error {Marshal.GetLastPInvokeError()})");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(int fromFolder, string from, int toFolder, string to, int flags);
}
