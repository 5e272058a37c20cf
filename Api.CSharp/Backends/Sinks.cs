using System.Numerics;

namespace HadamardNtk;

/// <summary>Puts tiles into one matrix, and their mirror images where it is symmetric.</summary>
internal sealed class MemorySink : IGramSink
{
    private readonly bool _symmetric;

    internal MemorySink(GramRequest request)
    {
        var length = (long)request.Rows * request.Columns;
        if (length > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected a matrix of at most {Array.MaxLength} entries in memory; {request.Rows} x {request.Columns} has {length}. Write it to a file instead.");
        }

        _symmetric = request.IsSymmetric;
        Values = new Matrix(request.Rows, request.Columns, new double[length]);
    }

    internal Matrix Values { get; }

    public void Write(int row, int column, ReadOnlySpan<double> tile, int rows, int columns, int stride) =>
        Put(row, column, tile, rows, columns, stride);

    public void Write(int row, int column, ReadOnlySpan<float> tile, int rows, int columns, int stride) =>
        Put(row, column, tile, rows, columns, stride);

    private void Put<T>(int row, int column, ReadOnlySpan<T> tile, int rows, int columns, int stride)
        where T : INumberBase<T>
    {
        var data = Values.Data;
        for (var i = 0; i < rows; i++)
        {
            var line = tile.Slice(i * stride, columns);
            var first = _symmetric ? Math.Max(0, row + i - column) : 0;
            for (var j = first; j < columns; j++)
            {
                var value = double.CreateTruncating(line[j]);
                data[(row + i) * Values.Columns + column + j] = value;
                if (_symmetric)
                {
                    data[(column + j) * Values.Columns + row + i] = value;
                }
            }
        }
    }
}
