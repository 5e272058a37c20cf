namespace HadamardNtk;

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
