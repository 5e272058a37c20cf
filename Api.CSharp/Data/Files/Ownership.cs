using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// Copies the mode, owner and group of a replaced file or folder to its replacement, as far as the system allows. On
/// Windows a new file has the permissions of its folder.
/// </summary>
internal static partial class Ownership
{
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const int Same = -1;

    /// <summary>Copies them from a path to an open file.</summary>
    internal static void Copy(string from, SafeFileHandle to) => Try(() =>
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, Mode(from, (user, group) => Own(to, user, group) == 0));
        }
    });

    /// <summary>Copies them from one path to another.</summary>
    internal static void Copy(string from, string to) => Try(() =>
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, Mode(from, (user, group) => Own(to, user, group) == 0));
        }
    });

    // A file system without modes or owners refuses to set them; then there is nothing to copy.
    private static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or EntryPointNotFoundException or DllNotFoundException)
        {
        }
    }

    // Changing the owner clears bits of the mode, so the owner is changed before the mode is set.
    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode Mode(string from, Func<int, int, bool> own)
    {
        var mode = File.GetUnixFileMode(from);
        if (FileStatus.Of(from) is not { } theirs)
        {
            return mode;
        }

        var isGroupKept = own(Same, (int)theirs.Group);
        _ = own((int)theirs.User, Same);
        return isGroupKept ? mode : ForAnotherGroup(mode);
    }

    /// <summary>
    /// The mode with the group's permissions reduced to those of all users, for a group that differs.
    /// </summary>
    private static UnixFileMode ForAnotherGroup(UnixFileMode mode) =>
        (mode & ~OfGroup) | (mode & (UnixFileMode)(((int)mode & 7) << 3));

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int Own(SafeFileHandle file, int user, int group);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Own(string path, int user, int group);
}
