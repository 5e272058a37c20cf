using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Tiles that the client computes itself, as one process would.</summary>
internal static class LocalTile
{
    /// <summary>Computes a tile, writes it to the sink, and gives its hash.</summary>
    internal static UInt128 Compute(
        GramRequest request, IKernelBackend backend, GramTile tile, IGramSink sink, CancellationToken stop) =>
        request.Precision == Precision.Float32
            ? Compute<float>(request, backend, tile, sink, stop)
            : Compute<double>(request, backend, tile, sink, stop);

    private static unsafe UInt128 Compute<T>(
        GramRequest request, IKernelBackend backend, GramTile tile, IGramSink sink, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var part = request.Cut(tile);
        var bytes = GC.AllocateUninitializedArray<byte>((int)(tile.Count * Unsafe.SizeOf<T>()));
        fixed (byte* target = bytes)
        {
            backend.Compute(
                part, new MemorySink<T>(tile.Columns, part.IsSymmetric, (T*)target), new GramOptions(), stop);
        }

        sink.Write<T>(tile, MemoryMarshal.Cast<byte, T>(bytes), tile.Columns);
        return TileHash.Of(bytes);
    }
}
