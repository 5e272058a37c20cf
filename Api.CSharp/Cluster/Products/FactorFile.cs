using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The numbers of a factor in a file of a folder that workers share, as they lie in memory. Its hash, which comes in a
/// message, decides. The file is deleted at the end of its round.
/// </summary>
internal sealed class FactorFile : IDisposable
{
    private const int LongestPath = 4096;

    private FactorFile(string path) => Path = path;

    /// <summary>The whole path.</summary>
    internal string Path { get; }

    /// <summary>Writes a factor; null without a folder.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    internal static FactorFile? TryWrite(string? folder, Matrix factor)
    {
        if (folder is null)
        {
            return null;
        }

        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, $"hntk-{ClusterJobs.NewToken()}.v"));
        var length = (long)factor.Data.Length * sizeof(double);
        using var file = PartialFile.Create(path, length);
        for (var first = 0; first < factor.Data.Length; first += JobSamples.MostNumbers)
        {
            var some = factor.Data.AsSpan(first, Math.Min(JobSamples.MostNumbers, factor.Data.Length - first));
            file.Write(MemoryMarshal.AsBytes(some), (long)first * sizeof(double));
        }

        file.Commit(length);
        return new(path);
    }

    /// <summary>The numbers of a round's factor; null where the worker does not see its file.</summary>
    internal static double[]? TryRead(ProductRound round, SharedFolders folders)
    {
        if (round.File is not { Length: <= LongestPath } path || !folders.Hold(path))
        {
            return null;
        }

        try
        {
            var numbers = new double[(long)round.Rows * round.Columns];
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            return RandomAccess.GetLength(file) == (long)numbers.Length * sizeof(double)
                && Fill(file, numbers) && TileHash.Of<double>(numbers) == round.Hash
                    ? numbers
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is of no use to anybody, and does no harm.
        }
    }

    private static bool Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, double[] numbers)
    {
        for (var first = 0; first < numbers.Length; first += JobSamples.MostNumbers)
        {
            var part = MemoryMarshal.AsBytes(
                numbers.AsSpan(first, Math.Min(JobSamples.MostNumbers, numbers.Length - first)));
            for (var at = 0; at < part.Length;)
            {
                var read = RandomAccess.Read(file, part[at..], (long)first * sizeof(double) + at);
                if (read == 0)
                {
                    return false;
                }

                at += read;
            }
        }

        return true;
    }
}
