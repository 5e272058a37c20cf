using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>The tiles that a partial file has. A symmetric matrix has each of them twice, once as its mirror.</summary>
internal sealed class KeptTiles(PartialFile file, GramRequest request)
{
    private readonly int _size = NpyEncoder.Size(request.Precision);

    private readonly long _header = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision)
        - (long)request.Rows * request.Columns * NpyEncoder.Size(request.Precision);

    /// <summary>Whether the file has a tile, and its mirror, with the bits of a hash. Hash 0 is of no bits.</summary>
    internal bool Has(GramTile tile, UInt128 hash)
    {
        if (hash == default || TileHash.Of(Bytes(tile)) != hash)
        {
            return false;
        }

        return !request.IsSymmetric || tile.IsDiagonal || TileHash.Of(Mirror(tile)) == hash;
    }

    private byte[] Mirror(GramTile tile)
    {
        var bytes = Bytes(new(tile.Column, tile.Row, tile.Columns, tile.Rows));
        return request.Precision == Precision.Float32 ? Turned<float>(bytes, tile) : Turned<double>(bytes, tile);
    }

    private static byte[] Turned<T>(byte[] bytes, GramTile tile) where T : unmanaged
    {
        var turned = new byte[bytes.Length];
        Transposition.Copy(
            MemoryMarshal.Cast<byte, T>(bytes), tile.Columns, tile.Rows, tile.Rows,
            MemoryMarshal.Cast<byte, T>(turned.AsSpan()), tile.Columns);
        return turned;
    }

    private byte[] Bytes(GramTile tile)
    {
        var bytes = new byte[tile.Count * _size];
        for (var i = 0; i < tile.Rows; i++)
        {
            file.Read(
                bytes.AsSpan(i * tile.Columns * _size, tile.Columns * _size),
                _header + ((long)(tile.Row + i) * request.Columns + tile.Column) * _size);
        }

        return bytes;
    }
}
