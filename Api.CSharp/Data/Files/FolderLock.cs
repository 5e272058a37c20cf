using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// Keeps other processes from replacing the files of a folder at the same time, by a lock on the folder itself (Unix)
/// or by a mutex with the folder's name (Windows). The system releases it however the process ends. It has no effect on
/// a file system without locks.
/// </summary>
internal sealed partial class FolderLock : IDisposable
{
    private const int ReadOnly = 0;
    private const int Exclusive = 2;
    private const int AtOnce = 4;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly SafeFileHandle? _folder;
    private readonly Mutex? _mutex;

    private FolderLock(SafeFileHandle? folder, Mutex? mutex) => (_folder, _mutex) = (folder, mutex);

    /// <summary>Takes the lock, and waits for at most a minute until it is free.</summary>
    /// <exception cref="IOException">Another process held the lock for a minute.</exception>
    internal static FolderLock Take(string folder) => OperatingSystem.IsWindows() ? OnWindows(folder) : OnUnix(folder);

    public void Dispose()
    {
        _folder?.Dispose();
        _mutex?.ReleaseMutex();
        _mutex?.Dispose();
    }

    // If the folder was exchanged while this process waited, the lock is on the old folder, and the new one is tried.
    private static FolderLock OnUnix(string folder)
    {
        for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until; Thread.Sleep(Pause))
        {
            var handle = new SafeFileHandle(Open(folder, ReadOnly | CloseOnExec, 0), ownsHandle: true);
            if (handle.IsInvalid || Lock(handle, Exclusive | AtOnce) != 0)
            {
                var isTaken = !handle.IsInvalid
                    && Marshal.GetLastPInvokeError() is Interrupted or WouldBlock or WouldBlockOnMac;
                handle.Dispose();
                if (isTaken) continue;
                return new(null, null);
            }

            if (IsThat(handle, folder)) return new(handle, null);
            handle.Dispose();
        }

        throw new IOException("another process has been writing it for a minute");
    }

    private static bool IsThat(SafeFileHandle handle, string folder) =>
        !OperatingSystem.IsLinux()
            || FileStatus.Of($"/proc/self/fd/{handle.DangerousGetHandle()}") is not { } held
            || held.Identity == FileStatus.Of(folder)?.Identity;

    private static FolderLock OnWindows(string folder)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder.ToUpperInvariant())));
        var mutex = new Mutex(false, $"Global\\hntk-{name}");
        try
        {
            if (mutex.WaitOne(Patience))
            {
                return new(null, mutex);
            }

            mutex.Dispose();
            throw new IOException("another process has been writing it for a minute");
        }
        catch (AbandonedMutexException)
        {
            return new(null, mutex);
        }
    }

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
