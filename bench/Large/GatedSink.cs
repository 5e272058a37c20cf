using System.Numerics;

namespace HadamardNtk.Bench;

/// <summary>Takes all tiles of a matrix to memory, or wants none of them, so that only the preparation is done.</summary>
internal sealed class GatedSink(IGramSink sink, bool isOpen) : IGramSink
{
    public bool Wants(GramTile tile) => isOpen;

    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride) where T : unmanaged, IFloatingPointIeee754<T> =>
        sink.Write(tile, entries, stride);
}
