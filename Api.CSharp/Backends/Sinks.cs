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

    public void Write(int row, int column, ReadOnlySpan<double> tile, int rows, int columns)
    {
        var data = Values.Data;
        for (var i = 0; i < rows; i++)
        {
            var line = tile.Slice(i * columns, columns);
            var first = _symmetric ? Math.Max(0, row + i - column) : 0;
            if (first < columns)
            {
                line[first..].CopyTo(data.AsSpan((row + i) * Values.Columns + column + first));
            }

            for (var j = first; _symmetric && j < columns; j++)
            {
                data[(column + j) * Values.Columns + row + i] = line[j];
            }
        }
    }
}

/// <summary>Puts tiles into a .npy file by position, and their mirror images where the matrix is symmetric.</summary>
internal sealed class FileSink(NpyTileWriter writer, bool symmetric) : IGramSink
{
    public void Write(int row, int column, ReadOnlySpan<double> tile, int rows, int columns)
    {
        if (!symmetric)
        {
            writer.WriteTile(row, column, tile, rows, columns, columns);
            return;
        }

        WriteUpper(row, column, tile, rows, columns);
    }

    // A tile that meets the diagonal goes row by row, from the diagonal on; the others go whole.
    private void WriteUpper(int row, int column, ReadOnlySpan<double> tile, int rows, int columns)
    {
        if (column >= row + rows)
        {
            writer.WriteTile(row, column, tile, rows, columns, columns);
            writer.WriteTransposed(row, column, tile, rows, columns, columns);
            return;
        }

        for (var i = 0; i < rows; i++)
        {
            var first = Math.Max(0, row + i - column);
            if (first < columns)
            {
                var line = tile.Slice(i * columns + first, columns - first);
                writer.WriteTile(row + i, column + first, line, 1, line.Length, line.Length);
                writer.WriteTransposed(row + i, column + first, line, 1, line.Length, line.Length);
            }
        }
    }
}
