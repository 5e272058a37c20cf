using System.IO.Compression;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Writes arrays in the format that the file's name states: .npy, or comma-separated text (.csv) from which every
/// number is read back to the last bit. Both may be gzipped (.gz). A file appears whole or not at all, and numbers that
/// are not finite are never written.
/// </summary>
internal static class ArrayFile
{
    private const int BytesAtOnce = 1 << 20;

    /// <summary>Fails like a write if the name has an unknown format or no file can be created there.</summary>
    /// <exception cref="OutputException">The name or its folder is wrong.</exception>
    internal static void RequireWritable(string path)
    {
        NpyFile.RequireWritable(path);
        _ = ArrayFormat.Of(path);
    }

    /// <summary>Writes a matrix.</summary>
    /// <exception cref="OutputException">The file cannot be written; nothing is left of it.</exception>
    /// <exception cref="ArithmeticException">A number is not finite; the message names its row and column.</exception>
    internal static void Write(
        string path, Matrix matrix, Precision precision = Precision.Float64, Watch watch = default)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        RequireFinite(path, matrix, precision);
        var format = ArrayFormat.Of(path);
        if (format.IsByPosition)
        {
            NpyFile.Write(path, matrix, precision, watch.Progress, watch.Cancellation);
            return;
        }

        Write(
            path, format, matrix.Rows, matrix.Columns, precision, (i, row) => matrix.Row((int)i).CopyTo(row), watch);
    }

    /// <summary>Writes a matrix as text to a stream, once all its numbers are known to be finite.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name of the stream, for messages.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="precision">The precision of the numbers.</param>
    /// <exception cref="ArithmeticException">A number is not finite; the message names its row and column.</exception>
    internal static void WriteText(Stream stream, string name, Matrix matrix, Precision precision)
    {
        RequireFinite(name, matrix, precision);
        for (var i = 0; i < matrix.Rows; i++)
        {
            WriteRow(name, stream, matrix.Row(i).ToArray(), isText: true, precision);
        }
    }

    /// <summary>Writes n texts as text, a line each, below a line that names their column.</summary>
    /// <exception cref="OutputException">The file cannot be written; nothing is left of it.</exception>
    internal static void Write(string path, string name, IEnumerable<string> texts) =>
        Stream(path, ArrayFormat.Of(path), stream => CsvText.Write(stream, texts.Prepend(name)));

    /// <summary>Writes n numbers; a text file has one number on each line.</summary>
    /// <inheritdoc cref="Write(string, Matrix, Precision, Watch)"/>
    internal static void Write(string path, double[] numbers)
    {
        var column = Matrix.Wrap(numbers, numbers.Length, 1);
        FiniteNumbers.Require(path, column);
        if (ArrayFormat.Of(path).IsText)
        {
            Write(path, column);
            return;
        }

        WriteNpy(
            path, stream => stream.Write(MemoryMarshal.AsBytes<double>(numbers)),
            () => NpyFile.Write(path, numbers, numbers.Length), "<f8", numbers.Length);
    }

    /// <summary>Writes n labels; a text file has one label on each line.</summary>
    /// <inheritdoc cref="Write(string, Matrix, Precision, Watch)"/>
    internal static void Write(string path, long[] labels)
    {
        var format = ArrayFormat.Of(path);
        if (format.IsText)
        {
            Stream(path, format, stream => CsvText.Write(stream, labels));
            return;
        }

        WriteNpy(
            path, stream => stream.Write(MemoryMarshal.AsBytes<long>(labels)),
            () => NpyFile.Write(path, labels), "<i8", labels.Length);
    }

    /// <summary>Writes a matrix to a sequential format row by row, with one row in memory at a time.</summary>
    /// <exception cref="OutputException">The file cannot be written; nothing is left of it.</exception>
    internal static void Write(
        string path,
        ArrayFormat format,
        long rows,
        long columns,
        Precision precision,
        ReadRow read,
        Watch watch = default) =>
        Stream(path, format, stream =>
        {
            var (row, done) = (new double[columns], new StepProgress(watch.Progress, rows));
            if (!format.IsText)
            {
                stream.Write(new NpyHeader(NpyEncoder.Descr(precision), false, [rows, columns]).ToBytes());
            }

            for (var i = 0L; i < rows; i++)
            {
                watch.Cancellation.ThrowIfCancellationRequested();
                read(i, row);
                WriteRow(path, stream, row, format.IsText, precision);
                done.Add();
            }
        });

    private static void RequireFinite(string name, Matrix matrix, Precision precision) => FiniteNumbers.Require(
        name, matrix,
        precision == Precision.Float64 ? "scale the inputs down" : "write float64, or scale the inputs down",
        precision);

    private static void WriteRow(string path, Stream stream, double[] row, bool isText, Precision precision)
    {
        if (precision == Precision.Float64)
        {
            Put(stream, row, isText);
            return;
        }

        var rounded = Array.ConvertAll(row, value => (float)value);
        if (Array.FindIndex(rounded, float.IsInfinity) is >= 0 and var at)
        {
            throw NpyEncoder.Beyond(path, row[at]);
        }

        Put(stream, rounded, isText);
    }

    private static void Put<T>(Stream stream, T[] row, bool isText) where T : unmanaged, IUtf8SpanFormattable
    {
        if (isText)
        {
            CsvText.WriteRow<T>(stream, row);
            return;
        }

        stream.Write(MemoryMarshal.AsBytes<T>(row));
    }

    private static void WriteNpy(string path, Action<Stream> data, Action plain, string descr, int length)
    {
        var format = ArrayFormat.Of(path);
        if (!format.IsPacked)
        {
            plain();
            return;
        }

        Stream(path, format, stream =>
        {
            stream.Write(new NpyHeader(descr, false, [length]).ToBytes());
            data(stream);
        });
    }

    private static void Stream(string path, ArrayFormat format, Action<Stream> write)
    {
        using var file = PartialFile.Create(path, 0);
        var end = new PartialStream(file);
        using (var buffered = new BufferedStream(
            format.IsPacked ? new GZipStream(end, CompressionLevel.Optimal, leaveOpen: true) : end, BytesAtOnce))
        {
            write(buffered);
        }

        file.Commit(end.Length);
    }

    /// <summary>Copies row i of a matrix to a span.</summary>
    internal delegate void ReadRow(long i, Span<double> row);
}
