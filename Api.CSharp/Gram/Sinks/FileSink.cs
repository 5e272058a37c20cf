namespace HadamardNtk;

/// <summary>Puts tiles into a .npy file by position, and their mirror images where the matrix is symmetric.</summary>
internal sealed class FileSink(NpyTileWriter writer, bool symmetric) : IGramSink
{
    public void Write(int row, int column, ReadOnlySpan<double> tile, int rows, int columns, int stride) =>
        Put(row, column, tile, rows, columns, stride);

    public void Write(int row, int column, ReadOnlySpan<float> tile, int rows, int columns, int stride) =>
        Put(row, column, tile, rows, columns, stride);

    private void Put<T>(int row, int column, ReadOnlySpan<T> tile, int rows, int columns, int stride) where T : unmanaged
    {
        if (!symmetric)
        {
            writer.Put(row, column, tile, rows, columns, stride);
            return;
        }

        for (var k = 0; k < UpperPart.Count; k++)
        {
            if (UpperPart.TryGet(k, row, column, rows, columns, out var part))
            {
                PutUpper(part, tile[part.Offset(row, column, stride)..], stride);
            }
        }
    }

    private void PutUpper<T>(UpperPart part, ReadOnlySpan<T> tile, int stride) where T : unmanaged
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
