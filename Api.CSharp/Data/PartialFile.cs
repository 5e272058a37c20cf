using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// A file that appears whole or not at all: written without a name (under a hidden one beside its place where the system
/// has no nameless files), flushed to the disk, then renamed. Whatever fails, the hidden file is deleted at once, unless
/// it is one that is kept to be continued. Writing is by position and may be concurrent.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private const int LongestName = 255;
    private const int LongestNamePart = 48;

    private readonly string _partial;
    private readonly SafeFileHandle _handle;
    private readonly Kind _kind;
    private OutputException? _failure;
    private bool _over;

    private PartialFile(string path, string partial, SafeFileHandle handle, Kind kind) =>
        (Path, _partial, _handle, _kind) = (path, partial, handle, kind);

    private enum Kind
    {
        Nameless,
        Hidden,
        Kept,
    }

    /// <summary>The name the file will have.</summary>
    public string Path { get; }

    /// <summary>Creates the hidden file, with its space on the disk reserved where the file system can.</summary>
    /// <exception cref="OutputException">The place is wrong, or there is not enough space.</exception>
    public static PartialFile Create(string path, long size)
    {
        RequirePlace(path);
        var partial = HiddenName(path);
        if (Nameless(path, size) is { } nameless)
        {
            return new PartialFile(path, partial, nameless, Kind.Nameless);
        }

        try
        {
            File.OpenHandle(partial, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CannotCreate(path, "a place for a new file", OneLine.Reason(e), e);
        }

        return new PartialFile(path, partial, Reserve(path, partial, size), Kind.Hidden);
    }

    /// <summary>Opens a partial file under a name of its own, which stays whatever happens, until it is whole.</summary>
    /// <param name="path">The name the file will have.</param>
    /// <param name="partial">The name it has until then.</param>
    /// <param name="size">Its length from the beginning; its space on the disk is reserved where the file system can.</param>
    /// <exception cref="OutputException">The place is wrong, or there is not enough space.</exception>
    public static PartialFile Keep(string path, string partial, long size)
    {
        RequirePlace(path);
        try
        {
            return new PartialFile(path, partial, OpenKept(partial, size), Kind.Kept);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw WriteFailed(path, e);
        }
    }

    private static SafeFileHandle OpenKept(string partial, long size)
    {
        var file = File.OpenHandle(partial, FileMode.OpenOrCreate, FileAccess.Write);
        try
        {
            DiskSpace.Reserve(file, size);
            RandomAccess.SetLength(file, size);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SafeFileHandle? Nameless(string path, long size)
    {
        try
        {
            return NamelessFile.TryOpen(Folder(path), size);
        }
        catch (IOException e)
        {
            throw WriteFailed(path, e);
        }
    }

    /// <summary>Writes bytes at a position; several threads may.</summary>
    /// <exception cref="OutputException">The disk is full or failed, now or in an earlier call.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        RequireOpen();
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(WriteFailed(Path, e));
        }
    }

    /// <summary>Brings what was written to the disk itself.</summary>
    /// <exception cref="OutputException">The disk is full or failed, now or in an earlier call.</exception>
    public void Flush()
    {
        RequireOpen();
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(WriteFailed(Path, e));
        }
    }

    /// <summary>Sets the length, flushes to the disk and gives the file its name, replacing what had it.</summary>
    /// <exception cref="OutputException">The disk is full or failed, now or in an earlier call.</exception>
    public void Commit(long length)
    {
        RequireOpen();
        try
        {
            RandomAccess.SetLength(_handle, length);
            RandomAccess.FlushToDisk(_handle);
            if (_kind == Kind.Nameless)
            {
                NamelessFile.Name(_handle, _partial);
            }

            _handle.Dispose();
            File.Move(_partial, Path, overwrite: true);
            _over = true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(WriteFailed(Path, e));
        }
    }

    /// <summary>Deletes a hidden file and remembers why, so that all threads get the one error.</summary>
    public OutputException Fail(OutputException failure)
    {
        var first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        DeleteHidden();
        return first;
    }

    /// <summary>Without a commit before, nothing is left but a file that is kept.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        if (!_over) DeleteHidden();
        _over = true;
    }

    /// <summary>An error unless the file can still be written.</summary>
    public void RequireOpen()
    {
        if (_failure is not null) throw _failure;
        ObjectDisposedException.ThrowIf(_over, this);
    }

    /// <summary>An error unless a file of that name can be made.</summary>
    /// <exception cref="OutputException">The place is wrong.</exception>
    public static void RequirePlace(string path)
    {
        if (string.IsNullOrEmpty(path)) throw CannotCreate("(no name)", "a file name", "none");
        if (System.Text.Encoding.UTF8.GetByteCount(System.IO.Path.GetFileName(path)) > LongestName)
            throw CannotCreate(path, $"a file name of at most {LongestName} bytes", "one that is too long");
        if (path.Contains('\0')) throw CannotCreate(path, "a file name", "one with the character 0");
        if (Directory.Exists(path)) throw CannotCreate(path, "a file name", "the name of a folder");
        if (IsDevice(System.IO.Path.GetFullPath(path)))
            throw CannotCreate(path, "the name of an ordinary file", "a device, which renaming would replace");
        if (!Directory.Exists(Folder(path)))
            throw CannotCreate(path, "a folder that exists", OneLine.Quote(Folder(path)));
    }

    private void DeleteHidden()
    {
        if (_kind != Kind.Kept) Delete(_partial);
    }

    private static SafeFileHandle Reserve(string path, string partial, long size)
    {
        try
        {
            const FileShare others = FileShare.Read | FileShare.Delete;
            return File.OpenHandle(partial, FileMode.Create, FileAccess.Write, others, FileOptions.None, size);
        }
        catch (Exception e) when (IsFailure(e))
        {
            Delete(partial);
            throw WriteFailed(path, e);
        }
    }

    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && (path.StartsWith("/dev/") || path.StartsWith("/proc/"))
        && !path.StartsWith("/dev/shm/");

    private static string Folder(string path) =>
        System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? System.IO.Path.GetFullPath(path);

    private static string HiddenName(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var part = name[..Math.Min(name.Length, LongestNamePart)];
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return System.IO.Path.Combine(Folder(path), $".{part}.{random}.partial");
    }

    private static void Delete(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more; Dispose tries once more.
        }
    }

    private static bool IsFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentOutOfRangeException;

    private static OutputException CannotCreate(string path, string expected, string came, Exception? cause = null) =>
        new(OutputFault.CannotCreate, path, expected, came, "name a new file in a folder you may write to", cause);

    private static OutputException WriteFailed(string path, Exception e) => new(
        OutputFault.WriteFailed, path, "room and a working disk", OneLine.Reason(e),
        "free space or write elsewhere", e);
}
