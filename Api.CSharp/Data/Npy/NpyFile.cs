namespace HadamardNtk;

/// <summary>
/// Writes npy files as numpy does: version 1, C order, the data aligned at 64 bytes. A file appears whole or not at
/// all. An existing file is replaced.
/// </summary>
public static class NpyFile
{
    /// <summary>
    /// Fails like a write if no file can be created at the path, and leaves nothing. Call it before long work.
    /// </summary>
    /// <param name="path">The file to create, in a folder that exists.</param>
    /// <exception cref="OutputException">No file can be written at the path.</exception>
    public static void RequireWritable(string path) => PartialFile.Create(path, 0).Dispose();

    /// <summary>Writes a matrix as an array of shape (Rows, Columns).</summary>
    /// <param name="path">The file to create, in a folder that exists.</param>
    /// <param name="matrix">The entries.</param>
    /// <param name="precision">float64 (default) or float32.</param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="OutputException">The file cannot be created or written; nothing is left of it.</exception>
    public static void Write(
        string path,
        Matrix matrix,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Write(path, matrix.Data, precision, [matrix.Rows, matrix.Columns], new(progress, cancellation));
    }

    /// <summary>Writes float64 values as an array of a shape.</summary>
    /// <param name="path">The file to create, in a folder that exists.</param>
    /// <param name="data">The entries, the last index running fastest.</param>
    /// <param name="shape">The length of each axis; none given means one axis with all the entries.</param>
    /// <exception cref="ArgumentException">The product of the axes is not the number of entries.</exception>
    /// <exception cref="OutputException">The file cannot be created or written; nothing is left of it.</exception>
    public static void Write(string path, ReadOnlySpan<double> data, params int[] shape) =>
        Write(path, data, Precision.Float64, shape);

    /// <summary>Writes values in a precision as an array of a shape.</summary>
    /// <param name="path">The file to create, in a folder that exists.</param>
    /// <param name="data">The entries, the last index running fastest.</param>
    /// <param name="precision">float64 or float32.</param>
    /// <param name="shape">The length of each axis; none given means one axis with all the entries.</param>
    /// <exception cref="ArgumentException">The product of the axes is not the number of entries.</exception>
    /// <exception cref="OutputException">The file cannot be created or written; nothing is left of it.</exception>
    public static void Write(string path, ReadOnlySpan<double> data, Precision precision, params int[] shape) =>
        Write(path, data, precision, shape, default);

    private static void Write(
        string path, ReadOnlySpan<double> data, Precision precision, int[] shape, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var header = Header(NpyEncoder.Descr(precision), data.Length, shape);
        var size = NpyEncoder.Size(precision) * (long)data.Length;
        using var file = Begin(path, header, size);
        NpyEncoder.Write(file, header.Length, data, precision, watch);
        file.Commit(header.Length + size);
    }

    /// <summary>Writes integers (dtype &lt;i8) as an array of a shape.</summary>
    /// <param name="path">The file to create, in a folder that exists.</param>
    /// <param name="labels">The entries, the last index running fastest.</param>
    /// <param name="shape">The length of each axis; none given means one axis with all the entries.</param>
    /// <exception cref="ArgumentException">The product of the axes is not the number of entries.</exception>
    /// <exception cref="OutputException">The file cannot be created or written; nothing is left of it.</exception>
    public static void Write(string path, ReadOnlySpan<long> labels, params int[] shape)
    {
        var header = Header("<i8", labels.Length, shape);
        var size = sizeof(long) * (long)labels.Length;
        using var file = Begin(path, header, size);
        NpyEncoder.WriteExact(file, header.Length, labels);
        file.Commit(header.Length + size);
    }

    private static PartialFile Begin(string path, byte[] header, long size)
    {
        var file = PartialFile.Create(path, header.Length + size);
        try
        {
            file.Write(header, 0);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] Header(string descr, int length, int[] shape)
    {
        var axes = shape.Length == 0 ? [length] : Array.ConvertAll(shape, axis => (long)axis);
        var count = axes.Aggregate(Int128.One, (product, axis) => axis < 0 ? -1 : product * axis);
        return count == length
            ? new NpyHeader(descr, false, axes).ToBytes()
            : throw new ArgumentException(
                $"Expected a shape of {length} entries, as there are; came {MessageText.Shape(axes)}.", nameof(shape));
    }
}
