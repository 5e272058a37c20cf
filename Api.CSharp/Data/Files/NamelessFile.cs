using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// A file without a name (Linux, O_TMPFILE): the system frees it when its writer ends, however it ends, so that not even
/// a kill leaves anything. It gets a name by a link when it is complete.
/// </summary>
internal static partial class NamelessFile
{
    private const int ReadAndWrite = 2;
    private const int TemporaryFile = 0x410000;
    private const int CloseOnExec = 0x80000;
    private const int Mode = 0x1B6;
    private const int CurrentFolder = -100;
    private const int Follow = 0x400;

    /// <summary>Opens one in a folder; null where the system or its file system has none.</summary>
    internal static SafeFileHandle? TryOpen(string folder, long size)
    {
        // The flag's value is that of x86-64 and arm64 Linux.
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
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

    /// <summary>Gives the file a name that nothing has.</summary>
    /// <exception cref="IOException">It cannot have that name.</exception>
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
