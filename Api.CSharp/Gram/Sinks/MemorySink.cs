using System.Numerics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Puts tiles into one row-major matrix in memory, and their mirror images if the matrix is symmetric.
/// </summary>
/// <param name="columns">The number of columns of the matrix.</param>
/// <param name="symmetric">Whether the matrix is symmetric.</param>
/// <param name="target">The address of the first entry, in memory that does not move.</param>
/// <typeparam name="T">The number type of the matrix. Tiles of another type are converted.</typeparam>
internal sealed unsafe class MemorySink<T>(int columns, bool symmetric, T* target) : IGramSink
    where T : unmanaged, INumberBase<T>
{
    private readonly nint _stride = columns;
    private readonly bool _symmetric = symmetric;

    public void Write<S>(GramTile tile, ReadOnlySpan<S> entries, int stride)
        where S : unmanaged, IFloatingPointIeee754<S>
    {
        if (!_symmetric)
        {
            PutRows(tile.Row, tile.Column, entries, tile.Rows, tile.Columns, stride);
            return;
        }

        foreach (var part in tile.UpperParts())
        {
            PutUpper(part, entries[tile.Offset(part, stride)..], stride);
        }
    }

    private void PutUpper<S>(GramTile part, ReadOnlySpan<S> tile, int stride)
        where S : unmanaged, INumberBase<S>
    {
        if (!part.IsDiagonal)
        {
            PutBoth(part.Row, part.Column, tile, part.Rows, part.Columns, stride);
            return;
        }

        const int Band = 32;
        for (var i = 0; i < part.Rows; i += Band)
        {
            var (height, right) = (Math.Min(Band, part.Rows - i), Math.Min(part.Rows, i + Band));
            PutTriangle(part.Row + i, tile[(i * stride + i)..], height, stride);
            if (right < part.Rows)
            {
                PutBoth(
                    part.Row + i, part.Row + right, tile[(i * stride + right)..], height, part.Rows - right, stride);
            }
        }
    }

    private void PutRows<S>(int row, int column, ReadOnlySpan<S> tile, int rows, int columns, int stride)
        where S : unmanaged, INumberBase<S>
    {
        for (var i = 0; i < rows; i++)
        {
            Copy(tile.Slice(i * stride, columns), new Span<T>(target + (row + i) * _stride + column, columns));
        }
    }

    private void PutTriangle<S>(int row, ReadOnlySpan<S> tile, int size, int stride)
        where S : unmanaged, INumberBase<S>
    {
        for (var i = 0; i < size; i++)
        {
            for (var j = i; j < size; j++)
            {
                var value = T.CreateTruncating(tile[i * stride + j]);
                target[(row + i) * _stride + row + j] = value;
                target[(row + j) * _stride + row + i] = value;
            }
        }
    }

    private void PutBoth<S>(int row, int column, ReadOnlySpan<S> tile, int rows, int columns, int stride)
        where S : unmanaged, INumberBase<S>
    {
        PutRows(row, column, tile, rows, columns, stride);
        var mirror = target + column * _stride + row;
        if (typeof(S) != typeof(T))
        {
            Transposition.Copy(target + row * _stride + column, rows, columns, _stride, mirror, _stride);
            return;
        }

        fixed (S* from = tile)
        {
            Transposition.Copy((T*)from, rows, columns, stride, mirror, _stride);
        }
    }

    private static void Copy<S>(ReadOnlySpan<S> from, Span<T> to)
        where S : unmanaged, INumberBase<S>
    {
        if (typeof(S) == typeof(T))
        {
            MemoryMarshal.Cast<S, T>(from).CopyTo(to);
            return;
        }

        for (var i = 0; i < from.Length; i++)
        {
            to[i] = T.CreateTruncating(from[i]);
        }
    }
}
