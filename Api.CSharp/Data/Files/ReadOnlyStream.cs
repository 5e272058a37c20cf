namespace HadamardNtk;

/// <summary>The common base of streams that can only be read.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush()
    {
    }
}

/// <summary>A stream followed by given bytes.</summary>
internal sealed class FollowedStream(Stream first, byte[] then) : ReadOnlyStream
{
    private int _given;

    public override int Read(Span<byte> buffer)
    {
        var read = first.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var more = Math.Min(buffer.Length - read, then.Length - _given);
        then.AsSpan(_given, more).CopyTo(buffer[read..]);
        _given += more;
        return read + more;
    }
}

/// <summary>Bytes in memory, in pieces of 1 MiB that are allocated as they are read.</summary>
internal sealed class ChunkStream : ReadOnlyStream
{
    private const int ChunkSize = 1 << 20;
    private readonly List<byte[]> _chunks = [];
    private long _length;

    public override bool CanSeek => true;
    public override long Length => _length;
    public override long Position { get; set; }

    /// <summary>Reads the rest of a stream.</summary>
    public static ChunkStream Drain(Stream source, CancellationToken cancellation = default)
    {
        var all = new ChunkStream();
        while (all.Append(source) == ChunkSize)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return all;
    }

    public override int Read(Span<byte> buffer)
    {
        var within = (int)(Position % ChunkSize);
        var count = (int)Math.Min(Math.Min(buffer.Length, ChunkSize - within), _length - Position);
        if (count <= 0) return 0;
        _chunks[(int)(Position / ChunkSize)].AsSpan(within, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => _length,
    };

    /// <summary>Cuts the bytes off at a length.</summary>
    public override void SetLength(long value) => _length = Math.Min(value, _length);

    private int Append(Stream source)
    {
        var chunk = new byte[ChunkSize];
        var read = source.ReadAtLeast(chunk, ChunkSize, throwOnEndOfStream: false);
        if (read > 0) _chunks.Add(chunk);
        _length += read;
        return read;
    }
}
