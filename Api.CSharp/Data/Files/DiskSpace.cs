using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>Reserves the disk space of a file before the work, so that a full disk is an error at once.</summary>
internal static partial class DiskSpace
{
    private const int TooLarge = 27;
    private const int NoSpace = 28;
    private const int OverQuota = 122;

    /// <summary>
    /// Reserves the space where the system and its file system can (Linux), and does nothing where they cannot.
    /// </summary>
    /// <exception cref="IOException">There is not enough space, or a file of this size is not allowed.</exception>
    internal static void Reserve(SafeFileHandle file, long size)
    {
        if (!OperatingSystem.IsLinux() || size == 0)
        {
            return;
        }

        var error = Allocate((int)file.DangerousGetHandle(), 0, size);
        GC.KeepAlive(file);
        if (error is NoSpace or TooLarge or OverQuota)
        {
            var why = error == TooLarge ? "A file may not have" : "No space left for";
            throw new IOException($"{why} {size} bytes");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(int handle, long offset, long length);
}
