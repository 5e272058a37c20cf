using System.Numerics;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>Another backend, whose tiles it counts.</summary>
internal sealed class CountingBackend(IKernelBackend backend) : IKernelBackend
{
    private int _tiles;

    public string Name => backend.Name;

    public string Description => backend.Description;

    public bool IsSymmetricToTheBit => backend.IsSymmetricToTheBit;

    /// <summary>The tiles that were computed and written.</summary>
    internal int Tiles => _tiles;

    public string Identity(GramRequest request) => backend.Identity(request);

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation) =>
        backend.Compute(request, new Counted(this, sink), options, cancellation);

    private sealed class Counted(CountingBackend owner, IGramSink sink) : IGramSink
    {
        public bool Wants(GramTile tile) => sink.Wants(tile);

        public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            sink.Write(tile, entries, stride);
            Interlocked.Increment(ref owner._tiles);
        }
    }
}
