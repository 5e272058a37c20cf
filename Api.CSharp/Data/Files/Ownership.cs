using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// Gives what replaces a file or a folder its mode, its owner and its group, as far as the system allows; on Windows a new file has
/// the permissions of its folder.
/// </summary>
internal static partial class Ownership
{
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const int Same = -1;

    /// <summary>From what has a name to a file that is open.</summary>
    internal static void Copy(string from, SafeFileHandle to) => Try(() =>
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, Mode(from, (user, group) => Own(to, user, group) == 0));
        }
    });

    /// <summary>From one name to another.</summary>
    internal static void Copy(string from, string to) => Try(() =>
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, Mode(from, (user, group) => Own(to, user, group) == 0));
        }
    });

    // A file system without modes or owners refuses to set them; there is nothing to keep then.
    private static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
        }
    }

    // Changing the owner takes bits of the mode away, so it comes first.
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

    /// <summary>Another group may do no more than everybody may.</summary>
    private static UnixFileMode ForAnotherGroup(UnixFileMode mode) => (mode & ~OfGroup) | (mode & (UnixFileMode)(((int)mode & 7) << 3));

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int Own(SafeFileHandle file, int user, int group);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Own(string path, int user, int group);
}
