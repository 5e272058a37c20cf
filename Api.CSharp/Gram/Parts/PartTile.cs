using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>A tile of a part, and the CRC-32C of its numbers.</summary>
internal readonly record struct PartTile(GramTile Tile, uint Sum)
{
    /// <summary>The number of bytes of a tile in the index.</summary>
    internal const int Length = 20;

    /// <summary>Tiles as the bytes of an index: row, column, rows, columns and checksum of each.</summary>
    internal static byte[] ToIndex(IReadOnlyList<PartTile> tiles)
    {
        var bytes = new byte[checked(tiles.Count * Length)];
        for (var k = 0; k < tiles.Count; k++)
        {
            var to = bytes.AsSpan(k * Length, Length);
            var tile = tiles[k].Tile;
            BinaryPrimitives.WriteInt32LittleEndian(to, tile.Row);
            BinaryPrimitives.WriteInt32LittleEndian(to[4..], tile.Column);
            BinaryPrimitives.WriteInt32LittleEndian(to[8..], tile.Rows);
            BinaryPrimitives.WriteInt32LittleEndian(to[12..], tile.Columns);
            BinaryPrimitives.WriteUInt32LittleEndian(to[16..], tiles[k].Sum);
        }

        return bytes;
    }

    /// <summary>The tiles of an index.</summary>
    internal static PartTile[] OfIndex(ReadOnlySpan<byte> index)
    {
        var tiles = new PartTile[index.Length / Length];
        for (var k = 0; k < tiles.Length; k++)
        {
            var from = index.Slice(k * Length, Length);
            var place = MemoryMarshal.Cast<byte, int>(from[..16]);
            tiles[k] = new(
                new(place[0], place[1], place[2], place[3]), BinaryPrimitives.ReadUInt32LittleEndian(from[16..]));
        }

        return tiles;
    }
}
