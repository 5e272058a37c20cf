namespace HadamardNtk;

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
