namespace HadamardNtk;

/// <summary>A stream that writes a partial file from its beginning, or from a position, on.</summary>
/// <param name="file">The file.</param>
/// <param name="start">The position of the first byte.</param>
internal sealed class PartialStream(PartialFile file, long start = 0) : Stream
{
    private long _length;
    private StepProgress? _done;

    /// <summary>
    /// The listener to the part of the expected bytes that are written, and the token that stops writing.
    /// </summary>
    internal Watch Watch { get; init; }

    /// <summary>The number of bytes that will be written, about.</summary>
    internal long Expected { get; init; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Watch.Cancellation.ThrowIfCancellationRequested();
        file.Write(buffer, start + _length);
        _length += buffer.Length;
        _done ??= new(Watch.Progress, Expected);
        _done.Add(buffer.Length);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
