using System.Numerics;

namespace HadamardNtk;

/// <summary>Takes the finished tiles of a Gram matrix from several threads at once, in any order.</summary>
public interface IGramSink
{
    /// <summary>Whether a tile is wanted. A tile that exists already is not wanted and is not computed.</summary>
    /// <param name="tile">The tile.</param>
    bool Wants(GramTile tile) => true;

    /// <summary>
    /// Takes a tile, whose entry (i, j) is <c>entries[i * stride + j]</c>. Only the entries on and above the diagonal
    /// of a symmetric matrix count.
    /// </summary>
    /// <param name="tile">The tile.</param>
    /// <param name="entries">The entries, row by row.</param>
    /// <param name="stride">The distance from one row of the tile to the next in numbers, at least its columns.</param>
    /// <typeparam name="T">double, or float for a request in float32.</typeparam>
    void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride) where T : unmanaged, IFloatingPointIeee754<T>;
}
