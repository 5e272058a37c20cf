namespace HadamardNtk;

/// <summary>Opens data files as streams of known length, at their start, unpacked if they are gzipped.</summary>
internal static class DataSource
{
    private const string Suggestion = "check the name and the permissions";
    private const int PackedHead = 8;

    // Reading a file is nearly all of the work; of a packed one it is unpacking, and reading what was unpacked.
    private const double ReadPart = 0.95;

    /// <summary>Opens a file, and unpacks it if it is gzipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="watch">The listener to the reading of the file, and the token that stops it.</param>
    /// <exception cref="DataFormatException">
    /// The file is missing, a folder, unreadable, or an incomplete gzip file.
    /// </exception>
    public static Stream Open(string path, Watch watch = default) => Guard(path, () =>
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        return Unwrap(OpenFile(path), watch);
    });

    /// <summary>Reads a stream without a length to its end, and unpacks it if it is gzipped.</summary>
    /// <exception cref="DataFormatException">It cannot be read, or is an incomplete gzip file.</exception>
    public static Stream Hold(string name, Stream stream) => Guard(name, () =>
    {
        using (stream)
        {
            var content = ChunkStream.Drain(stream);
            return Gzip.Is(Head(content, 2)) ? Held(content, Gzip.Unpack(content)) : content;
        }
    });

    /// <summary>Turns the exceptions of reading into errors that name the file.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(
                path, "a complete gzip file", "one that is cut short, damaged or followed by other bytes",
                "fetch or compress it again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataFormatException(path, "a readable file", MessageText.Reason(e), Suggestion, e);
        }
    }

    /// <summary>Opens a file without unpacking it.</summary>
    public static FileStream OpenFile(string path)
    {
        if (path.Length == 0) throw new DataFormatException("(no name)", "a file name", "none", "name a data file");
        if (Directory.Exists(path)) throw new DataFormatException(path, "a file", "a folder", "name a file in it");
        if (!File.Exists(path)) throw new DataFormatException(path, "a readable file", "no such file", Suggestion);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
    }

    private static Stream Unwrap(FileStream file, Watch watch)
    {
        try
        {
            var content = HasLength(file) ? file : Held(file, ChunkStream.Drain(file, watch.Cancellation));
            var watched = Watched(content, watch);
            return Gzip.Is(Head(content, 2))
                ? Held(watched, WatchedStream.Unpacked(watched, Gzip.Unpack(watched)))
                : watched;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // What is packed, or has to be decoded as a whole, is read twice: as it lies in the file, and behind that.
    private static Stream Watched(Stream content, Watch watch)
    {
        var head = Head(content, PackedHead);
        return Gzip.Is(head) || NpzFile.Is(head) || Utf16Text.Is(head)
            ? WatchedStream.Of(content, watch.Stage(0, ReadPart / 2), watch.Stage(ReadPart / 2, ReadPart))
            : WatchedStream.Of(content, watch.Stage(0, ReadPart));
    }

    /// <summary>The first bytes of a stream, at most <c>count</c>. The stream stays at its start.</summary>
    public static byte[] Head(Stream stream, int count)
    {
        var head = new byte[count];
        var read = stream.ReadAtLeast(head, count, throwOnEndOfStream: false);
        stream.Position = 0;
        return head[..read];
    }

    /// <summary>Whether the file's length is known: pipes have none, and some special files report 0.</summary>
    private static bool HasLength(FileStream file) => file.CanSeek && file.Length > 0;

    private static Stream Held(Stream replaced, Stream held)
    {
        replaced.Dispose();
        return held;
    }
}
