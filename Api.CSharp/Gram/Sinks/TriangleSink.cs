using System.Numerics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Puts the tiles of a symmetric matrix into its upper triangle in squares.</summary>
/// <param name="layout">The places of the squares.</param>
/// <param name="target">The address of the first square, in memory that does not move.</param>
/// <typeparam name="T">The number type that is kept, to which tiles of another type are rounded.</typeparam>
internal sealed unsafe class TriangleSink<T>(TriangleLayout layout, T* target) : IGramSink
    where T : unmanaged, INumberBase<T>
{
    private const int Side = TriangleLayout.Side;

    public void Write<S>(GramTile tile, ReadOnlySpan<S> entries, int stride)
        where S : unmanaged, IFloatingPointIeee754<S>
    {
        for (var i = tile.Row; i < tile.Row + tile.Rows; i++)
        {
            var end = tile.Column + tile.Columns;
            for (var j = Math.Max(i, tile.Column); j < end;)
            {
                var next = Math.Min(end, (j / Side + 1) * Side);
                Put(i, j, entries.Slice((i - tile.Row) * stride + j - tile.Column, next - j));
                j = next;
            }
        }
    }

    private void Put<S>(int i, int j, ReadOnlySpan<S> entries)
        where S : unmanaged, INumberBase<S>
    {
        var square = target + layout.Start(i / Side, j / Side);
        var (row, column) = (i % Side, j % Side);
        var to = new Span<T>(square + row * Side + column, entries.Length);
        if (typeof(S) == typeof(T))
        {
            MemoryMarshal.Cast<S, T>(entries).CopyTo(to);
        }
        else
        {
            for (var k = 0; k < entries.Length; k++)
            {
                to[k] = T.CreateTruncating(entries[k]);
            }
        }

        for (var k = 0; i / Side == j / Side && k < to.Length; k++)
        {
            square[(column + k) * Side + row] = to[k];
        }
    }
}
