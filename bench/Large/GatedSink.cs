namespace HadamardNtk.Bench;

/// <summary>Takes all blocks of a matrix to memory, or wants none of them, so that only the preparation is done.</summary>
internal sealed class GatedSink(IGramSink sink, bool isOpen) : IGramSink
{
    public bool Wants(int row, int column, int rows, int columns) => isOpen;

    public void Write(int row, int column, ReadOnlySpan<double> tile, int rows, int columns, int stride) =>
        sink.Write(row, column, tile, rows, columns, stride);

    public void Write(int row, int column, ReadOnlySpan<float> tile, int rows, int columns, int stride) =>
        sink.Write(row, column, tile, rows, columns, stride);
}
