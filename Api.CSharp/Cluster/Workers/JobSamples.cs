using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The samples that a worker has, by their checksums, so that they come once for all jobs. They are read from the file
/// that the job names where the worker shares its folder, and else come from the client in parts.
/// </summary>
internal sealed class JobSamples(SharedFolders folders)
{
    /// <summary>The largest number of numbers of a part, 4 MB.</summary>
    internal const int MostNumbers = (4 << 20) / sizeof(double);

    private const int MostKept = 3;

    private readonly Lock _lock = new();
    private readonly List<(string Sha256, Matrix Samples)> _kept = [];
    private readonly Dictionary<string, Task> _coming = [];

    /// <summary>The samples of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="client">Gives some numbers of samples: 0 or 1 for which, the first number, and how many.</param>
    /// <param name="stop">The token that stops the work.</param>
    /// <exception cref="DataFormatException">What came has another checksum.</exception>
    internal async Task<(Matrix X, Matrix? Other)> Of(
        JobDescription job, Func<int, long, int, Task<byte[]>> client, CancellationToken stop)
    {
        var x = await Of(job.X, 0, client, stop);
        return (x, job.Other is { } other ? await Of(other, 1, client, stop) : null);
    }

    // Jobs that begin together often have the same samples. They come once, and where that fails, the next job tries.
    private async Task<Matrix> Of(
        SampleSource source, int number, Func<int, long, int, Task<byte[]>> client, CancellationToken stop)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            Task? coming;
            lock (_lock)
            {
                if (Known(source) is { } known)
                {
                    return known;
                }

                if (!_coming.TryGetValue(source.Sha256, out coming))
                {
                    _coming[source.Sha256] = over.Task;
                }
            }

            if (coming is null)
            {
                break;
            }

            await coming.WaitAsync(stop);
        }

        try
        {
            return Keep(source, TryRead(source) ?? await Receive(source, number, client, stop));
        }
        finally
        {
            lock (_lock)
            {
                _coming.Remove(source.Sha256);
            }

            over.SetResult();
        }
    }

    private Matrix? Known(SampleSource source) => _kept.Find(kept => kept.Sha256 == source.Sha256
        && (kept.Samples.Rows, kept.Samples.Columns) == (source.Rows, source.Columns)).Samples;

    private Matrix Keep(SampleSource source, Matrix samples)
    {
        lock (_lock)
        {
            _kept.Insert(0, (source.Sha256, samples));
            _kept.RemoveRange(Math.Min(MostKept, _kept.Count), Math.Max(0, _kept.Count - MostKept));
        }

        return samples;
    }

    private Matrix? TryRead(SampleSource source)
    {
        try
        {
            return source.File is { } file && folders.Hold(DataArgument.Parse(file).Path)
                && DataFile.ReadMatrix(file) is var read && IsThat(read, source)
                ? read
                : null;
        }
        catch (Exception e) when (e is DataFormatException or IOException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<Matrix> Receive(
        SampleSource source, int number, Func<int, long, int, Task<byte[]>> client, CancellationToken stop)
    {
        var numbers = new double[(long)source.Rows * source.Columns];
        for (var first = 0; first < numbers.Length;)
        {
            stop.ThrowIfCancellationRequested();
            var count = Math.Min(MostNumbers, numbers.Length - first);
            var bytes = await client(number, first, count);
            if (bytes.Length != count * sizeof(double))
            {
                throw Damaged(source, $"{bytes.Length} bytes");
            }

            bytes.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan(first, count)));
            first += count;
        }

        var samples = Matrix.Wrap(numbers, source.Rows, source.Columns);
        return IsThat(samples, source) ? samples : throw Damaged(source, "others");
    }

    private static bool IsThat(Matrix samples, SampleSource source) =>
        (samples.Rows, samples.Columns) == (source.Rows, source.Columns)
        && NumberChecksum.Of(samples) == source.Sha256;

    private static DataFormatException Damaged(SampleSource source, string came) => new(
        source.File ?? "samples of a job", $"{source.Rows} x {source.Columns} numbers of SHA-256 {source.Sha256}", came,
        "begin the job again");
}
