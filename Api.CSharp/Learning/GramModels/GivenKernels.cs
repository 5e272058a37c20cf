namespace HadamardNtk;

/// <summary>The kernels of m new samples with the n training samples, m × n, in memory or in a file.</summary>
/// <param name="rows">m.</param>
/// <param name="columns">The number of columns.</param>
/// <param name="read">Some rows: the place of the first, and their number.</param>
internal sealed class GivenKernels(int rows, int columns, Func<int, int, Matrix> read)
{
    private const int BlockRows = 1024;

    // A kernel in float32 is known to 2e-6 √(K_ii K_jj) (docs/mathematics.md), on each side of the inequality.
    private const double Slack = 1 + 4e-6;

    /// <summary>m, the number of new samples.</summary>
    internal int Rows => rows;

    internal static GivenKernels Of(Matrix cross)
    {
        ArgumentNullException.ThrowIfNull(cross);
        return new(cross.Rows, cross.Columns, cross.SelectRows);
    }

    internal static GivenKernels Of(GramMatrix cross)
    {
        ArgumentNullException.ThrowIfNull(cross);
        return new(cross.Rows, cross.Columns, cross.ReadRows);
    }

    /// <summary>Requires n columns, and a diagonal of m numbers of at least 0 if there is one.</summary>
    /// <exception cref="ArgumentException">One of these does not hold.</exception>
    internal void Require(int samples, double[]? diagonal)
    {
        if (columns != samples)
        {
            throw new ArgumentException(
                $"Expected kernels with {samples} training samples, one a column; they are {rows} x {columns}.",
                "cross");
        }

        if (diagonal is not null && diagonal.Length != rows)
        {
            throw new ArgumentException(
                $"Expected the kernel of each of the {rows} new samples with itself; there are {diagonal.Length}.",
                nameof(diagonal));
        }

        if (Array.FindIndex(diagonal ?? [], k => !(double.IsFinite(k) && k >= 0)) is >= 0 and var bad)
        {
            throw new ArgumentException(
                $"Expected kernels of samples with themselves, finite and at least 0; that of sample {bad} (counted "
                + $"from 0) is {diagonal![bad]}.", nameof(diagonal));
        }
    }

    /// <summary>The rows in blocks, each with the place of its first row, checked.</summary>
    /// <param name="diagonal">The kernels of the new samples with themselves, or null.</param>
    /// <param name="training">The kernels of the training samples with themselves, or null without the former.</param>
    /// <param name="progress">Receives the part that is done, or null.</param>
    /// <exception cref="ArgumentException">
    /// A kernel is not finite, or k(x, x')² is above k(x, x) k(x', x'), so that the three are not of one kernel.
    /// </exception>
    internal IEnumerable<(int First, Matrix Cross)> Blocks(
        double[]? diagonal, double[]? training, IProgress<double>? progress)
    {
        for (var first = 0; first < rows; first += BlockRows)
        {
            var block = read(first, Math.Min(BlockRows, rows - first));
            for (var i = 0; i < block.Rows; i++)
            {
                Require(block.Row(i), first + i, diagonal?[first + i], training);
            }

            yield return (first, block);
            progress?.Report((first + block.Rows) / (double)rows);
        }
    }

    private static void Require(ReadOnlySpan<double> kernels, int sample, double? own, double[]? training)
    {
        for (var j = 0; j < kernels.Length; j++)
        {
            var k = kernels[j];
            if (!double.IsFinite(k))
            {
                throw new ArgumentException(
                    $"Expected finite kernels; that of new sample {sample} and training sample {j} (counted from 0) "
                    + $"is {k}.", "cross");
            }

            if (own is { } k0 && Math.Abs(k) > Slack * Math.Sqrt(k0) * Math.Sqrt(training![j]))
            {
                throw new ArgumentException(
                    $"Expected kernels of samples with themselves that belong to the others; that of new sample "
                    + $"{sample} (counted from 0) is {k0}, of training sample {j} {training[j]}, and of both {k}, "
                    + "whose square is above the product. Give the diagonal of the same kernel.", "diagonal");
            }
        }
    }
}
