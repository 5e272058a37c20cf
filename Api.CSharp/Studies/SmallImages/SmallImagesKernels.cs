using System.Diagnostics;

namespace HadamardNtk;

/// <summary>
/// The kernels of a network at the images of a draw, from the folder that keeps them if there is one.
/// </summary>
internal sealed class SmallImagesKernels(
    ImageNetwork network, InfiniteKernel kernel, int draw, SmallImagesOptions options)
{
    /// <summary>The number of pairs of images in matrices that were not there, nor parts of them.</summary>
    internal long Pairs { get; private set; }

    /// <summary>The time of these matrices.</summary>
    internal double Seconds { get; private set; }

    /// <summary>The kernels of the training images, and of the test images (rows) with them (columns).</summary>
    internal (Matrix Gram, Matrix Cross) Of(
        Matrix training, Matrix test, Action<double> progress, CancellationToken cancellation)
    {
        // The part of all pairs that are those of the training images.
        var own = (training.Rows + 1.0) / (training.Rows + 1.0 + (2.0 * test.Rows));
        var gram = Computed("gram", training, null, part => progress(own * part), cancellation);
        var cross = Computed("cross", test, training, part => progress(own + ((1 - own) * part)), cancellation);
        return (gram, cross);
    }

    private Matrix Computed(
        string role, Matrix rows, Matrix? columns, Action<double> progress, CancellationToken cancellation)
    {
        var gram = options.Gram with { Progress = new DirectProgress(progress) };
        long n = rows.Rows;
        var (pairs, clock) = (columns is null ? n * (n + 1) / 2 : n * columns.Rows, Stopwatch.StartNew());
        if (options.KernelFolder is not { } folder)
        {
            var computed = columns is null
                ? kernel.Gram(rows, gram, cancellation)
                : kernel.Cross(rows, columns, gram, cancellation);
            (Pairs, Seconds) = (Pairs + pairs, Seconds + clock.Elapsed.TotalSeconds);
            return computed;
        }

        Create(folder);
        var name = string.Concat(network.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var path = Path.Combine(folder, $"{name}-{draw + 1}-{role}.npy");
        var isBegun = ResumableGram.IsBegun(path);
        if (kernel.WriteGram(path, rows, columns, gram, resume: true, cancellation) && !isBegun)
        {
            (Pairs, Seconds) = (Pairs + pairs, Seconds + clock.Elapsed.TotalSeconds);
        }

        progress(1);
        using var kept = GramMatrix.Open(path);
        return kept.Values;
    }

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                OutputFault.CannotCreate, folder, "a folder for kernels", e.Message.TrimEnd('.'), "name another folder", e);
        }
    }
}
