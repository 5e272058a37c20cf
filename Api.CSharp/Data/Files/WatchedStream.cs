namespace HadamardNtk;

/// <summary>
/// A stream of known length that counts the bytes that are read from it, and whose reads end when a token is canceled.
/// </summary>
/// <param name="inner">The stream, which is disposed with this one.</param>
/// <param name="watch">The listener to the part of the bytes that are read, and the token.</param>
/// <param name="rest">The watch of what is made of the bytes, as of an archive that is unpacked.</param>
/// <param name="passes">The number of times that the stream is read.</param>
internal sealed class WatchedStream(Stream inner, Watch watch, Watch rest = default, int passes = 1) : ReadOnlyStream
{
    private readonly StepProgress _done = new(watch.Progress, passes * inner.Length);

    public override bool CanSeek => inner.CanSeek;
    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <summary>A stream that is watched, unless nobody listens and nothing can stop it.</summary>
    internal static Stream Of(Stream stream, Watch watch, Watch rest = default, int passes = 1) =>
        watch.Progress is null && !watch.Cancellation.CanBeCanceled
            ? stream
            : new WatchedStream(stream, watch, rest, passes);

    /// <summary>The content that was unpacked from a stream, watched as that stream's caller asked for.</summary>
    internal static Stream Unpacked(Stream packed, Stream content) => packed is WatchedStream watched
        ? Of(content, watched.Rest, new(null, watched.Rest.Cancellation))
        : content;

    private Watch Rest { get; } = rest with { Cancellation = watch.Cancellation };

    public override int Read(Span<byte> buffer)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var read = inner.Read(buffer);
        _done.Add(read);
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    /// <summary>Copies a number of bytes from one stream to another.</summary>
    /// <exception cref="OperationCanceledException">The copy was canceled.</exception>
    internal static void Copy(Stream from, Stream to, long length, Watch watch)
    {
        var (buffer, done) = (new byte[1 << 20], new StepProgress(watch.Progress, length));
        int read;
        do
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            read = from.Read(buffer);
            to.Write(buffer, 0, read);
            done.Add(read);
        }
        while (read > 0);
    }

    /// <summary>Copies a number of bytes from one stream to another.</summary>
    /// <exception cref="OperationCanceledException">The copy was canceled.</exception>
    internal static async Task CopyAsync(Stream from, Stream to, long length, Watch watch)
    {
        var (buffer, done) = (new byte[1 << 20], new StepProgress(watch.Progress, length));
        int read;
        do
        {
            read = await from.ReadAsync(buffer, watch.Cancellation).ConfigureAwait(false);
            await to.WriteAsync(buffer.AsMemory(0, read), watch.Cancellation).ConfigureAwait(false);
            done.Add(read);
        }
        while (read > 0);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
