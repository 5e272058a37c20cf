using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// A Gram matrix in a file, whose name chooses the format. Tiles come in any order, but the bytes of text and of gzip
/// are written in order. These formats are made row by row from a nameless file that holds the tiles.
/// </summary>
internal static class GramFile
{
    /// <summary>Computes the matrix and writes it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="rows">The number of rows of the matrix.</param>
    /// <param name="columns">The number of its columns.</param>
    /// <param name="precision">The number type of its entries.</param>
    /// <param name="isSymmetric">Whether the tiles are those of a symmetric matrix.</param>
    /// <param name="compute">Computes the matrix and gives its tiles to the sink.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="OutputException">The file cannot be written. Nothing is left of it.</exception>
    internal static void Write(
        string path,
        int rows,
        int columns,
        Precision precision,
        bool isSymmetric,
        Action<IGramSink> compute,
        CancellationToken cancellation)
    {
        var format = ArrayFormat.Of(path);
        var length = NpyTileWriter.Length(rows, columns, precision);
        using var file = PartialFile.Create(path, length);
        using var writer = NpyTileWriter.On(file, rows, columns, precision);
        var sink = new WholeSink(new FileSink(writer, isSymmetric), rows, columns, isSymmetric, isSingle: false);
        compute(sink);
        sink.Require();
        if (format.IsByPosition)
        {
            writer.Commit();
            return;
        }

        var stored = new Rows(
            file, columns, precision, length - rows * NpyEncoder.Size(precision) * (long)columns);
        ArrayFile.Write(path, format, rows, columns, precision, (i, row) =>
        {
            cancellation.ThrowIfCancellationRequested();
            stored.Read(i, row);
        });
    }

    /// <summary>The rows of a matrix in a partial file, which follow its header.</summary>
    private sealed class Rows(PartialFile file, int columns, Precision precision, long header)
    {
        private readonly byte[] _bytes = new byte[(long)columns * NpyEncoder.Size(precision)];

        internal void Read(long i, Span<double> row)
        {
            file.Read(_bytes, header + i * _bytes.Length);
            if (precision == Precision.Float64)
            {
                MemoryMarshal.Cast<byte, double>(_bytes).CopyTo(row);
            }
            else
            {
                Widening.Copy(MemoryMarshal.Cast<byte, float>(_bytes), row);
            }
        }
    }
}
