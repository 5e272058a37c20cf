using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// A Gram matrix in a file, whose name chooses the format. Tiles come in any order, but the bytes of text and of gzip
/// are written in order. These formats are made row by row from a nameless file that holds the tiles.
/// </summary>
internal static class GramFile
{
    /// <summary>Computes the matrix and writes it.</summary>
    /// <exception cref="OutputException">The file cannot be written. Nothing is left of it.</exception>
    internal static void Write(string path, GramRequest request, GramOptions options, CancellationToken cancellation)
    {
        var format = ArrayFormat.Of(path);
        var length = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision);
        using var file = PartialFile.Create(path, length);
        using var writer = NpyTileWriter.On(file, request.Rows, request.Columns, request.Precision);
        (options.Backend ?? Backends.Default).Compute(
            request, new FileSink(writer, request.IsSymmetric), options, cancellation);
        if (format.IsByPosition)
        {
            writer.Commit();
            return;
        }

        var rows = new Rows(
            file,
            request.Columns,
            request.Precision,
            length - request.Rows * NpyEncoder.Size(request.Precision) * (long)request.Columns);
        ArrayFile.Write(path, format, request.Rows, request.Columns, request.Precision, (i, row) =>
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Read(i, row);
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
