namespace HadamardNtk;

/// <summary>Writes matrices to files.</summary>
public static class MatrixFiles
{
    /// <summary>
    /// Writes a matrix. The end of the name chooses the format: .npy, which is also that of a name without an end, or
    /// comma-separated text (.csv). Each can be gzipped (.gz). The file appears only when it is complete.
    /// </summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="precision">The number type of the file; float64 unless given.</param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="OutputException">The file cannot be written, or its name ends in an unknown format.</exception>
    /// <exception cref="ArithmeticException">A number is not finite in this precision.</exception>
    public static void Save(
        this Matrix matrix,
        string path,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(path);
        ArrayFile.Write(path, matrix, precision, new(progress, cancellation));
    }
}
