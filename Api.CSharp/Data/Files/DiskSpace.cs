using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>Reserves the space of a file before the work, so that a full disk shows then.</summary>
internal static partial class DiskSpace
{
    private const int TooLarge = 27;
    private const int NoSpace = 28;
    private const int OverQuota = 122;

    /// <summary>Reserves it where the system and its file system can (Linux), and goes on where they cannot.</summary>
    /// <exception cref="IOException">There is not enough space, or such a file is not allowed.</exception>
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
