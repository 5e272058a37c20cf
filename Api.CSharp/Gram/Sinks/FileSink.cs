using System.Numerics;

namespace HadamardNtk;

/// <summary>Writes tiles to their places in a .npy file, and their mirror images if the matrix is symmetric.</summary>
internal sealed class FileSink(NpyTileWriter writer, bool symmetric) : IGramSink
{
    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!symmetric)
        {
            writer.Put(tile.Row, tile.Column, entries, tile.Rows, tile.Columns, stride);
            return;
        }

        foreach (var part in tile.UpperParts())
        {
            PutUpper(part, entries[tile.Offset(part, stride)..], stride);
        }
    }

    private void PutUpper<T>(GramTile part, ReadOnlySpan<T> tile, int stride) where T : unmanaged
    {
        if (part.IsDiagonal)
        {
            writer.PutSymmetric(part.Row, tile, part.Rows, stride);
            return;
        }

        writer.Put(part.Row, part.Column, tile, part.Rows, part.Columns, stride);
        writer.PutTransposed(part.Row, part.Column, tile, part.Rows, part.Columns, stride);
    }
}
