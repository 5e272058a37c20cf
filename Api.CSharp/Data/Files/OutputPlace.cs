using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// The place of an output file. A symbolic link is followed: the file that it leads to is replaced, in that file's own
/// folder. A new file takes over the mode and the owner of the file that it replaces.
/// </summary>
internal sealed class OutputPlace
{
    private const int LongestName = 255;
    private const int LongestNamePart = 48;

    private OutputPlace(string path, string target) => (Path, Target) = (path, target);

    /// <summary>The path as the user gave it.</summary>
    internal string Path { get; }

    /// <summary>The path of the file itself, after all links.</summary>
    internal string Target { get; }

    /// <summary>The folder of <see cref="Target"/>.</summary>
    internal string Folder => FolderOf(Target);

    /// <summary>
    /// The path beside which a partial file and its journal are kept: <see cref="Target"/> if the given path is a link,
    /// else the given path.
    /// </summary>
    internal string Beside => new FileInfo(Path).LinkTarget is null ? Path : Target;

    /// <summary>The place of a file that can be created or replaced.</summary>
    /// <exception cref="OutputException">No file can be written at the path.</exception>
    internal static OutputPlace Of(string path)
    {
        RequireName(path);
        if (Directory.Exists(path) || System.IO.Path.EndsInDirectorySeparator(path))
            throw Cannot(path, "a file name", "the name of a folder");
        var place = new OutputPlace(path, Resolved(path));
        if (Directory.Exists(place.Target)) throw Cannot(path, "a file name", "a link to a folder");
        if (IsDevice(place.Target) || FileStatus.Of(place.Target) is { IsOrdinary: false })
            throw Cannot(path, "the name of an ordinary file", "a device or a pipe, which renaming would replace");
        if (!Directory.Exists(place.Folder))
            throw Cannot(path, "a folder that exists", MessageText.Quote(place.Folder));
        if (File.Exists(place.Target)) RequireWritable(path, place.Target);
        return place;
    }

    /// <summary>A new hidden path in the same folder.</summary>
    internal string HiddenName()
    {
        var name = System.IO.Path.GetFileName(Target);
        var part = name[..Math.Min(name.Length, LongestNamePart)];
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return System.IO.Path.Combine(Folder, $".{part}.{random}.partial");
    }

    /// <summary>Gives a new file the mode and the owner of the file that it will replace, if there is one.</summary>
    internal void TakeOver(SafeFileHandle file)
    {
        if (File.Exists(Target))
        {
            Ownership.Copy(Target, file);
        }
    }

    private static void RequireName(string path)
    {
        if (string.IsNullOrEmpty(path)) throw Cannot("(no name)", "a file name", "none");
        if (Encoding.UTF8.GetByteCount(System.IO.Path.GetFileName(path)) > LongestName)
            throw Cannot(path, $"a file name of at most {LongestName} bytes", "one that is too long");
        if (path.Contains('\0')) throw Cannot(path, "a file name", "one with the character 0");
    }

    private static string Resolved(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (IOException e)
        {
            throw Cannot(path, "the name of a file", MessageText.Reason(e), e);
        }
    }

    // A write-protected file is not replaced either, though its folder would allow it.
    private static void RequireWritable(string path, string target)
    {
        try
        {
            File.OpenHandle(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
        catch (UnauthorizedAccessException e)
        {
            throw Cannot(path, "a new file or one that may be written", "one that is write-protected", e);
        }
        catch (IOException)
        {
            // Another process holds or replaces the file. Renaming will fail if it still does.
        }
    }

    private static bool IsDevice(string path) => OperatingSystem.IsWindows()
        ? path.StartsWith(@"\\.\", StringComparison.Ordinal)
        : (path.StartsWith("/dev/") || path.StartsWith("/proc/")) && !path.StartsWith("/dev/shm/");

    private static string FolderOf(string path) =>
        System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? System.IO.Path.GetFullPath(path);

    /// <summary>The error of a path at which no file can be written.</summary>
    internal static OutputException Cannot(string path, string expected, string came, Exception? cause = null) =>
        new(OutputFault.CannotCreate, path, expected, came, "name a new file in a folder you may write to", cause);
}
