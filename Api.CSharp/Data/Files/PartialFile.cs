using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// A file that appears whole or not at all. It is written without a name (or, where the system has no nameless files,
/// under a hidden name in the same folder), flushed to the disk, and renamed. After a failure the hidden file is
/// deleted at once, unless it is kept to be resumed. Writing is by position and may be concurrent. The file takes over
/// the mode of the file that it replaces. If its path is a symbolic link, the link's target is replaced.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly OutputPlace _place;
    private readonly string _partial;
    private readonly SafeFileHandle _handle;
    private readonly Kind _kind;
    private OutputException? _failure;
    private bool _over;

    private PartialFile(OutputPlace place, string partial, SafeFileHandle handle, Kind kind) =>
        (_place, _partial, _handle, _kind) = (place, partial, handle, kind);

    private enum Kind
    {
        Nameless,
        Hidden,
        Kept,
    }

    /// <summary>The path that the file will have.</summary>
    public string Path => _place.Path;

    /// <summary>Creates the file, and reserves its disk space where the file system can.</summary>
    /// <exception cref="OutputException">The path is wrong, or there is not enough space.</exception>
    public static PartialFile Create(string path, long size)
    {
        var place = OutputPlace.Of(path);
        var file = Begin(place, size);
        place.TakeOver(file._handle);
        return file;
    }

    private static PartialFile Begin(OutputPlace place, long size)
    {
        var partial = place.HiddenName();
        if (Nameless(place, size) is { } nameless)
        {
            return new PartialFile(place, partial, nameless, Kind.Nameless);
        }

        try
        {
            File.OpenHandle(partial, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw OutputPlace.Cannot(place.Path, "a place for a new file", MessageText.Reason(e), e);
        }

        return new PartialFile(place, partial, Reserve(place.Path, partial, size), Kind.Hidden);
    }

    /// <summary>Writes a text in UTF-8, whole or not at all.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void WriteText(string path, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        using var file = Create(path, bytes.Length);
        file.Write(bytes, 0);
        file.Commit(bytes.Length);
    }

    /// <summary>Opens a partial file under a path of its own, which stays until the file is complete.</summary>
    /// <param name="path">The path that the file will have.</param>
    /// <param name="partial">The path that it has until it is complete.</param>
    /// <param name="size">Its length in bytes. The disk space is reserved where the file system can.</param>
    /// <exception cref="OutputException">The path is wrong, or there is not enough space.</exception>
    public static PartialFile Keep(string path, string partial, long size)
    {
        var place = OutputPlace.Of(path);
        RequireOwn(partial);
        try
        {
            return new PartialFile(place, partial, OpenKept(partial, size), Kind.Kept);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw WriteFailed(path, e);
        }
    }

    /// <summary>Opens the partial file of another process, to write parts of it by position.</summary>
    /// <param name="path">The path that the file will have.</param>
    /// <param name="partial">The path that it has until it is complete.</param>
    /// <param name="size">Its length in bytes.</param>
    /// <exception cref="OutputException">There is no such file of this length, or it cannot be opened.</exception>
    public static PartialFile Join(string path, string partial, long size)
    {
        var place = OutputPlace.Of(path);
        RequireOwn(partial);
        try
        {
            var file = File.OpenHandle(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (RandomAccess.GetLength(file) == size)
            {
                return new PartialFile(place, partial, file, Kind.Kept);
            }

            file.Dispose();
            throw OutputPlace.Cannot(partial, $"a file of {size} bytes", "one of another length");
        }
        catch (Exception e) when (IsFailure(e) && e is not OutputException)
        {
            throw WriteFailed(path, e);
        }
    }

    // Renaming a link would move the link, not the file.
    private static void RequireOwn(string partial)
    {
        if (new FileInfo(partial).LinkTarget is not null || FileStatus.Of(partial) is { IsOrdinary: false })
        {
            throw OutputPlace.Cannot(partial, "an ordinary file of an interrupted run", "a link, a pipe or a device");
        }
    }

    private static SafeFileHandle OpenKept(string partial, long size)
    {
        var file = File.OpenHandle(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
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

    private static SafeFileHandle? Nameless(OutputPlace place, long size)
    {
        try
        {
            return UnlinkedFile.TryOpen(place.Folder, size);
        }
        catch (IOException e)
        {
            throw WriteFailed(place.Path, e);
        }
    }

    /// <summary>Fills the span with bytes that were written at the position.</summary>
    /// <exception cref="OutputException">The disk failed, now or in an earlier call.</exception>
    public void Read(Span<byte> bytes, long offset)
    {
        RequireOpen();
        try
        {
            for (var done = 0; done < bytes.Length;)
            {
                var read = RandomAccess.Read(_handle, bytes[done..], offset + done);
                done += read > 0
                    ? read
                    : throw new EndOfStreamException("The file is shorter than what was written to it");
            }
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(WriteFailed(Path, e));
        }
    }

    /// <summary>Writes bytes at a position. Several threads may write at the same time.</summary>
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

    /// <summary>Flushes the written bytes to the disk itself.</summary>
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

    /// <summary>
    /// Sets the length, flushes to the disk, and gives the file its path. A file of that path is replaced.
    /// </summary>
    /// <exception cref="OutputException">The disk is full or failed, now or in an earlier call.</exception>
    public void Commit(long length)
    {
        RequireOpen();
        try
        {
            RandomAccess.SetLength(_handle, length);
            RandomAccess.FlushToDisk(_handle);
            _place.TakeOver(_handle);
            if (_kind == Kind.Nameless)
            {
                UnlinkedFile.Name(_handle, _partial);
            }

            _handle.Dispose();
            File.Move(_partial, _place.Target, overwrite: true);
            _over = true;
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Fail(WriteFailed(Path, e));
        }
    }

    /// <summary>Deletes a hidden file and keeps the first error, so that all threads get the same one.</summary>
    public OutputException Fail(OutputException failure)
    {
        var first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        DeleteHidden();
        return first;
    }

    /// <summary>Closes the file. Without a commit before, it is deleted unless it is kept.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        if (!_over) DeleteHidden();
        _over = true;
    }

    /// <summary>Throws if the file can no longer be written.</summary>
    /// <exception cref="OutputException">An earlier call failed.</exception>
    /// <exception cref="ObjectDisposedException">The file is complete or disposed.</exception>
    public void RequireOpen()
    {
        if (_failure is not null) throw _failure;
        ObjectDisposedException.ThrowIf(_over, this);
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
            return File.OpenHandle(partial, FileMode.Create, FileAccess.ReadWrite, others, FileOptions.None, size);
        }
        catch (Exception e) when (IsFailure(e))
        {
            Delete(partial);
            throw WriteFailed(path, e);
        }
    }

    private static void Delete(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error before this one is reported. Dispose tries to delete the file again.
        }
    }

    private static bool IsFailure(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentOutOfRangeException;

    private static OutputException WriteFailed(string path, Exception e) => new(
        OutputFault.WriteFailed, path, "room and a working disk", MessageText.Reason(e),
        "free space or write elsewhere", e);
}
