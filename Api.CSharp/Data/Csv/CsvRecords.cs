using System.Buffers;

namespace HadamardNtk;

/// <summary>
/// Splits text into records. A record ends at a line feed, a carriage return or both, outside quotes. Memory holds one
/// record, not the file.
/// </summary>
internal sealed class CsvRecords
{
    private const int LongestRecord = 1 << 30;
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"\n\r"u8);

    private readonly Stream _stream;
    private readonly string _file;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _nextLine = 1;
    private bool _afterReturn;

    public CsvRecords(string file, Stream stream)
    {
        (_file, _stream) = (file, stream);
        Fill();
        if (Unread.StartsWith("\uFEFF"u8)) _start += 3;
    }

    /// <summary>The line, counted from 1, on which the last record began.</summary>
    public long Line { get; private set; }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The next record without its line end; false at the end of the text.</summary>
    /// <exception cref="DataFormatException">A quote is not closed, or a line is longer than 1 GiB.</exception>
    public bool TryNext(out ReadOnlySpan<byte> record)
    {
        SkipLineFeedAfterReturn();
        Line = _nextLine;
        var length = RecordLength();
        record = Unread[..length];
        if (length == Unread.Length) return EndOfText(length);
        _afterReturn = Unread[length] == '\r';
        _start += length + 1;
        _nextLine++;
        return true;
    }

    private bool EndOfText(int length)
    {
        _start += length;
        return length > 0;
    }

    private void SkipLineFeedAfterReturn()
    {
        if (_start == _end) Fill();
        if (_afterReturn && Unread is [(byte)'\n', ..]) _start++;
        _afterReturn = false;
    }

    /// <summary>The number of bytes up to the end of the line or of the text.</summary>
    private int RecordLength()
    {
        var (length, quoted) = (0, false);
        while (true)
        {
            var step = Unread[length..].IndexOfAny(Marks);
            length = step < 0 ? Unread.Length : length + step;
            if (step < 0 && Fill()) continue;
            if (step < 0) return quoted ? throw OpenQuote() : length;
            var mark = Unread[length];
            if (mark == '"') quoted = !quoted;
            else if (!quoted) return length;
            else if (mark == '\n') _nextLine++;
            length++;
        }
    }

    /// <summary>Appends bytes of the stream to the unread ones; returns false at the end of the text.</summary>
    private bool Fill()
    {
        Unread.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length) Grow();
        var read = _stream.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }

    private void Grow()
    {
        if (_buffer.Length >= LongestRecord)
            throw new DataFormatException(
                _file, "numbers in lines", $"a line of more than {LongestRecord} bytes", "break it into rows");
        Array.Resize(ref _buffer, 2 * _buffer.Length);
    }

    private DataFormatException OpenQuote() => new(
        _file, "closing quotes", $"the end of the file after quotes opened in the record of line {Line}",
        "close or remove them");
}
