using Microsoft.Win32.SafeHandles;

namespace HadamardNtk;

/// <summary>
/// The record, on the disk, of the finished tiles of a partial file. It is locked while it is open, so that two runs
/// never write the same partial file.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly string _partial;
    private readonly byte[] _head;
    private int _count;

    private Journal(SafeFileHandle file, string path, string partial, byte[] head, List<GramTile> done) =>
        (_file, _path, _partial, _head, Done, _count) = (file, path, partial, head, done, done.Count);

    /// <summary>The tiles that were finished when the journal was opened; none if it was started anew.</summary>
    internal IReadOnlyList<GramTile> Done { get; private set; }

    /// <summary>
    /// Opens or creates the journal of a run. An existing journal is unchanged until <see cref="Begin"/>.
    /// </summary>
    /// <exception cref="OutputException">
    /// The journal belongs to another run, is damaged, is in use, or cannot be opened.
    /// </exception>
    internal static Journal Open(string path, string partial, RunDescription run)
    {
        if (!File.Exists(path) && File.Exists(partial))
        {
            throw Refusal(path, $"the journal of {partial}", "no such file", $"delete {partial}, or drop --resume");
        }

        var file = OpenLocked(path);
        try
        {
            var head = JournalFormat.Head(run);
            return new Journal(file, path, partial, head, ReadDone(file, path, partial, run, head));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes the head, and cuts the journal off after the finished tiles. If <c>afresh</c>, no tile counts as
    /// finished.
    /// </summary>
    /// <exception cref="OutputException">Writing failed.</exception>
    internal void Begin(bool afresh) => Guard(() =>
    {
        Done = afresh ? [] : Done;
        _count = Done.Count;
        RandomAccess.Write(_file, _head, 0);
        RandomAccess.SetLength(_file, End);
        RandomAccess.FlushToDisk(_file);
    });

    /// <summary>Adds tiles that are on the disk. After a failure nothing may be added.</summary>
    /// <exception cref="OutputException">Writing failed.</exception>
    internal void Append(IReadOnlyList<GramTile> blocks) => Guard(() =>
    {
        RandomAccess.Write(_file, JournalFormat.Records(_head, _count, blocks), End);
        _count += blocks.Count;
    });

    /// <summary>Deletes the journal, while it is still locked where the system allows that.</summary>
    internal void Delete()
    {
        if (OperatingSystem.IsWindows())
        {
            _file.Dispose();
        }

        Guard(() => File.Delete(_path));
        _file.Dispose();
    }

    /// <summary>Unlocks the journal.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The error of a journal that does not fit, with a remedy.</summary>
    internal OutputException Refusal(string expected, string came) =>
        Refusal(_path, expected, came, Suggestion(_path, _partial));

    private long End => _head.Length + (long)_count * JournalFormat.RecordLength;

    private static SafeFileHandle OpenLocked(string path)
    {
        try
        {
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (File.Exists(path))
            {
                return file;
            }

            // Another run ended and deleted the journal after it was opened here and before it was locked.
            file.Dispose();
            throw InUse(path);
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw InUse(path, e);
        }
        catch (Exception e)
            when (e is (IOException and not OutputException) or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OutputException(
                OutputFault.CannotCreate, path, "a place for a journal", MessageText.Reason(e),
                "name a new file in a folder you may write to", e);
        }
    }

    private static List<GramTile> ReadDone(
        SafeFileHandle file, string path, string partial, RunDescription run, byte[] head)
    {
        var content = ReadAll(file, path, partial);

        // A run that was killed at its very beginning leaves an empty file or a part of the head.
        if (head.AsSpan().StartsWith(content))
        {
            return [];
        }

        try
        {
            var (theirs, start) = JournalFormat.ParseHead(content);
            RequireSame(path, partial, run, theirs);
            return JournalFormat.ParseRecords(head, content.AsSpan(start));
        }
        catch (FormatException e)
        {
            throw Refusal(path, "a journal of hntk as it was written", e.Message, Suggestion(path, partial), e);
        }
    }

    private static void RequireSame(string path, string partial, RunDescription run, RunDescription theirs)
    {
        if (run.Difference(theirs) is var (name, here, there))
        {
            throw Refusal(path, $"the {name} of this run, {here}", there, Suggestion(path, partial));
        }
    }

    private static byte[] ReadAll(SafeFileHandle file, string path, string partial)
    {
        var length = RandomAccess.GetLength(file);
        if (length > Array.MaxLength)
        {
            throw Refusal(path, "a journal of hntk", $"a file of {length} bytes", Suggestion(path, partial));
        }

        var bytes = new byte[length];
        var read = RandomAccess.Read(file, bytes, 0);
        return bytes[..read];
    }

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                OutputFault.WriteFailed, _path, "room and a working disk", MessageText.Reason(e),
                "free space, then resume", e);
        }
    }

    // The codes are EWOULDBLOCK of Linux and of macOS, and a sharing violation of Windows.
    private static bool IsLocked(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static OutputException InUse(string path, Exception? cause = null) => Refusal(
        path, "a journal that no other process works on", "one that is in use",
        "let that process end, or name another file", cause);

    private static string Suggestion(string path, string partial) => $"delete {partial} and {path}, or drop --resume";

    private static OutputException Refusal(
        string path, string expected, string came, string mend, Exception? cause = null) =>
        new(OutputFault.CannotResume, path, expected, came, mend, cause);
}
