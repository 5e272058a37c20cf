using System.Numerics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Hands tiles on to another sink, and knows whether all of a matrix has come: what a backend leaves out would stay
/// what it was in memory or in a file.
/// </summary>
/// <param name="sink">The other sink, which wants all tiles.</param>
/// <param name="rows">The number of rows of the matrix.</param>
/// <param name="columns">The number of its columns.</param>
/// <param name="isSymmetric">Whether the matrix is symmetric.</param>
/// <param name="isSingle">Whether the other sink keeps float32 numbers.</param>
internal sealed class WholeSink(IGramSink sink, int rows, int columns, bool isSymmetric, bool isSingle) : IGramSink
{
    private readonly PairOrder _pairs = new(rows, columns, isSymmetric);
    private long _done;

    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (isSingle && typeof(T) == typeof(double))
        {
            for (var i = 0; i < tile.Rows; i++)
            {
                var first = _pairs.First(tile, i);
                var row = MemoryMarshal.Cast<T, double>(entries.Slice(i * stride, tile.Columns));
                RequireSingle(row[first..], tile.Row + i);
            }
        }

        sink.Write(tile, entries, stride);
        Interlocked.Add(ref _done, _pairs.Pairs(tile));
    }

    /// <summary>Requires that every pair has come.</summary>
    /// <exception cref="InvalidOperationException">The backend left pairs out, or computed some twice.</exception>
    internal void Require()
    {
        if (_done != _pairs.Total)
        {
            throw new InvalidOperationException(
                $"Expected {_pairs.Total} pairs from the backend; {_done} came. Give every tile of the request once, "
                + "and throw what fails.");
        }
    }

    /// <summary>Requires that finite kernels have room in float32.</summary>
    /// <param name="kernels">The kernels of one row.</param>
    /// <param name="row">The row, for the message.</param>
    /// <exception cref="ArithmeticException">One is beyond 3.4e38.</exception>
    internal static void RequireSingle(ReadOnlySpan<double> kernels, int row)
    {
        foreach (var kernel in kernels)
        {
            if (float.IsInfinity((float)kernel) && double.IsFinite(kernel))
            {
                throw new ArithmeticException(
                    $"row {row} (counted from 0): expected kernels of at most {float.MaxValue:R} in size for float32; "
                    + $"came {kernel:R}; scale the data down, or take float64");
            }
        }
    }
}
