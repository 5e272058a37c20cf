using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Multiplies the blocks of K with V in float64 as they come, and does not store them. A block (I, J) of a symmetric
/// matrix adds K[I, J] V[J] to Y[I], and its transpose adds K[J, I] V[I] to Y[J].
/// </summary>
internal sealed class ProductSink : IGramSink
{
    /// <summary>The number of rows of a block that are multiplied at once.</summary>
    private const int Height = 4;

    private readonly bool _symmetric;
    private readonly int _outputs;
    private readonly int _length;
    private readonly double[] _v;
    private readonly ProductSum _sum;

    /// <param name="request">The request for K.</param>
    /// <param name="v">V, which has one row for each column of K.</param>
    internal ProductSink(GramRequest request, Matrix v)
    {
        (_symmetric, _outputs, _length) = (request.IsSymmetric, v.Columns, v.Rows);
        _v = new double[v.Data.Length];
        Transposition.Copy<double>(v.Data, v.Rows, v.Columns, v.Columns, _v, v.Rows);
        _sum = new(request.Rows, request.Columns, v.Columns);
    }

    /// <summary>K V, once all blocks have come.</summary>
    internal Matrix Result => _sum.ToMatrix();

    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!_symmetric)
        {
            TakeBlock(tile, entries, stride);
            return;
        }

        foreach (var part in tile.UpperParts())
        {
            TakeUpper(part, entries[tile.Offset(part, stride)..], stride);
        }
    }

    private void TakeUpper<T>(GramTile part, ReadOnlySpan<T> tile, int stride) where T : unmanaged
    {
        if (part.IsDiagonal)
        {
            TakeDiagonal(part, tile, stride);
        }
        else
        {
            TakeBlock(part, tile, stride);
        }
    }

    private void TakeBlock<T>(GramTile part, ReadOnlySpan<T> tile, int stride) where T : unmanaged
    {
        var (ahead, mirrored) = (_sum.Rent(part.Rows), _symmetric ? _sum.Rent(part.Columns) : []);
        var room = ArrayPool<double>.Shared.Rent(Height * part.Columns);
        for (var i = 0; i < part.Rows; i += Height)
        {
            var height = Math.Min(Height, part.Rows - i);
            var lines = Exact(tile[(i * stride)..], height, part.Columns, stride, room, out var distance);
            TakeLines(part, i, height, lines, distance, ahead, mirrored);
        }

        ArrayPool<double>.Shared.Return(room);
        _sum.Add(new(part.Row, part.Rows, part.Column, part.Columns, ahead));
        if (_symmetric)
        {
            _sum.Add(new(part.Column, part.Columns, part.Row, part.Rows, mirrored));
        }
    }

    private void TakeLines(
        GramTile part, int i, int height, ReadOnlySpan<double> lines, int distance, double[] ahead, double[] mirrored)
    {
        for (var o = 0; o < _outputs; o++)
        {
            var v = V(o, part.Column, part.Columns);
            var sums = ahead.AsSpan(o * part.Rows + i, height);
            if (!_symmetric)
            {
                Multiply(lines, distance, v, sums);
                continue;
            }

            var factors = V(o, part.Row + i, height);
            var y = mirrored.AsSpan(o * part.Columns, part.Columns);
            if (height == Height)
            {
                RowArithmetic.DotAndAdd(lines, distance, v, factors, y, sums);
                continue;
            }

            Multiply(lines, distance, v, sums);
            for (var k = 0; k < height; k++)
            {
                RowArithmetic.Add(factors[k], lines.Slice(k * distance, part.Columns), y);
            }
        }
    }

    private static void Multiply(ReadOnlySpan<double> lines, int distance, ReadOnlySpan<double> v, Span<double> sums)
    {
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] = RowArithmetic.Dot(lines.Slice(k * distance, v.Length), v);
        }
    }

    // Row i of the square consists of its entries from the diagonal on, and of those above the diagonal in column i.
    private void TakeDiagonal<T>(GramTile part, ReadOnlySpan<T> tile, int stride) where T : unmanaged
    {
        var (side, share) = (part.Rows, _sum.Rent(part.Rows));
        var room = ArrayPool<double>.Shared.Rent(side);
        for (var i = 0; i < side; i++)
        {
            var line = Exact(tile[(i * stride + i)..], 1, side - i, stride, room, out _)[..(side - i)];
            for (var o = 0; o < _outputs; o++)
            {
                share[o * side + i] += RowArithmetic.Dot(line, V(o, part.Row + i, side - i));
                RowArithmetic.Add(V(o, part.Row + i, 1)[0], line[1..], share.AsSpan(o * side + i + 1));
            }
        }

        ArrayPool<double>.Shared.Return(room);
        _sum.Add(new(part.Row, side, part.Row, side, share));
    }

    private ReadOnlySpan<double> V(int output, int start, int count) => _v.AsSpan(output * _length + start, count);

    /// <summary>Rows of a tile in float64, which are read in place or widened into the room.</summary>
    private static ReadOnlySpan<double> Exact<T>(
        ReadOnlySpan<T> tile, int rows, int columns, int stride, double[] room, out int distance) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(double))
        {
            distance = stride;
            return MemoryMarshal.Cast<T, double>(tile);
        }

        distance = columns;
        for (var k = 0; k < rows; k++)
        {
            Widening.Copy(MemoryMarshal.Cast<T, float>(tile.Slice(k * stride, columns)), room.AsSpan(k * columns));
        }

        return room;
    }
}
