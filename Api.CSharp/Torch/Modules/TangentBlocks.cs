using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Computes a tangent kernel block by block. The gradients of many rows are held while those of the columns are
/// computed, an eighth as many at a time, so that few gradients are computed twice.
/// </summary>
internal sealed class TangentBlocks
{
    private readonly ModulePlan _plan;
    private readonly TangentOutputs _outputs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _each;

    /// <summary>Prepares blocks of at most a number of samples in the rows.</summary>
    internal TangentBlocks(ModulePlan plan, TangentOutputs outputs, int rows) =>
        (_plan, _outputs, _rows, _columns, _each) =
            (plan, outputs, rows, Columns(rows), outputs == TangentOutputs.All ? (int)plan.OutputCount : 1);

    /// <summary>The number of columns of a block with a number of rows.</summary>
    internal static int Columns(int rows) => Math.Max(1, rows / 8);

    /// <summary>
    /// The kernel at all pairs of samples. The upper triangle is computed, and the lower one is its mirror image.
    /// </summary>
    /// <param name="x">The samples.</param>
    /// <param name="progress">Receives the part of the pairs that are done.</param>
    /// <exception cref="ArithmeticException">An entry is not finite.</exception>
    internal Matrix Gram(Tensor x, IProgress<double>? progress)
    {
        var (n, values) = Storage(x, x);
        var done = new StepProgress(progress, x.shape[0] * (x.shape[0] + 1) / 2);
        ForEach(x, 0, _rows, (row, rows) =>
        {
            WriteDiagonal(rows, row, values, n, done);
            ForEach(x, row + rows.Count, _columns, (column, columns) =>
            {
                Write(rows, columns, row, column, values, n, false);
                done.Add(rows.Count * columns.Count);
            });
        });
        Mirror(values, n);
        return Matrix.Wrap(values, n, n);
    }

    /// <summary>The kernel between two sets of samples.</summary>
    /// <param name="x">The samples of the rows.</param>
    /// <param name="other">The samples of the columns.</param>
    /// <param name="progress">Receives the part of the pairs that are done.</param>
    /// <exception cref="ArithmeticException">An entry is not finite.</exception>
    internal Matrix Cross(Tensor x, Tensor other, IProgress<double>? progress)
    {
        var (columns, values) = Storage(x, other);
        var done = new StepProgress(progress, x.shape[0] * other.shape[0]);
        void Tile(TangentFeatures a, TangentFeatures b, long row, long column)
        {
            Write(a, b, row, column, values, columns, false);
            done.Add(a.Count * b.Count);
        }

        if (Work(x, other) <= Work(other, x))
        {
            ForEach(x, 0, _rows, (row, a) => ForEach(other, 0, _columns, (column, b) => Tile(a, b, row, column)));
        }
        else
        {
            ForEach(other, 0, _rows, (column, b) => ForEach(x, 0, _columns, (row, a) => Tile(a, b, row, column)));
        }

        return Matrix.Wrap(values, (int)(x.shape[0] * _each), columns);
    }

    /// <summary>The mean over outputs of the kernel of each sample with itself.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="progress">Receives the part of the samples that are done.</param>
    /// <exception cref="ArithmeticException">An entry is not finite.</exception>
    internal double[] Diagonal(Tensor x, IProgress<double>? progress)
    {
        var (diagonal, done) = (new double[x.shape[0]], new StepProgress(progress, x.shape[0]));
        ForEach(x, 0, _rows, (row, features) =>
        {
            _plan.Run.Cancellation.ThrowIfCancellationRequested();
            var numbers = TangentTile.Diagonal(features);
            for (var i = 0; i < numbers.Length; i++)
            {
                RequireFinite(numbers.AsSpan(i, 1), row + i);
            }

            numbers.CopyTo(diagonal, row);
            done.Add(numbers.Length);
        });
        return diagonal;
    }

    // The number of samples whose gradients are computed. Those of the inner loop are computed once for each outer
    // block.
    private double Work(Tensor outside, Tensor inside) =>
        outside.shape[0] + (Math.Ceiling(outside.shape[0] / (double)_rows) * inside.shape[0]);

    private void ForEach(Tensor x, long from, int step, Action<long, TangentFeatures> work)
    {
        for (var start = from; start < x.shape[0]; start += step)
        {
            using var scope = torch.NewDisposeScope();
            work(start, TangentFeatures.Of(_plan, x.narrow(0, start, Math.Min(step, x.shape[0] - start)), start));
        }
    }

    // A few rows at a time are multiplied with all columns from theirs on, so that few entries lie below the diagonal.
    private void WriteDiagonal(TangentFeatures rows, long row, double[] values, int stride, StepProgress done)
    {
        for (var start = 0L; start < rows.Count; start += _columns)
        {
            using var scope = torch.NewDisposeScope();
            var some = rows.Narrow(start, Math.Min(_columns, rows.Count - start));
            Write(
                some, rows.Narrow(start, rows.Count - start), row + start, row + start, values, stride,
                isDiagonal: true);
            done.Add((some.Count * (rows.Count - start)) - (some.Count * (some.Count - 1) / 2));
        }
    }

    private void Write(
        TangentFeatures a, TangentFeatures b, long row, long column, double[] values, int stride, bool isDiagonal)
    {
        _plan.Run.Cancellation.ThrowIfCancellationRequested();
        using var tile = TangentTile.Between(a, b, _outputs);
        TensorTransfer.Download<double>(tile, (i, numbers) =>
        {
            var from = isDiagonal ? i : 0;
            RequireFinite(numbers[from..], row + (i / _each));
            numbers[from..].CopyTo(values.AsSpan((int)((((row * _each) + i) * stride) + (column * _each) + from)));
        });
    }

    private (int Columns, double[] Values) Storage(Tensor x, Tensor other)
    {
        var (rows, columns) = (x.shape[0] * _each, other.shape[0] * _each);
        return (double)rows * columns <= Array.MaxLength
            ? ((int)columns, new double[rows * columns])
            : throw new ArgumentException(
                $"Expected a kernel of at most {Array.MaxLength} numbers; {rows} x {columns} has more.", nameof(x));
    }

    private static void RequireFinite(ReadOnlySpan<double> numbers, long row)
    {
        foreach (var number in numbers)
        {
            if (!double.IsFinite(number))
            {
                throw new ArithmeticException(
                    $"row {row} (counted from 0): the tangent kernel there is not finite; "
                    + "the module has no derivative there, or overflows");
            }
        }
    }

    private static void Mirror(double[] values, int n)
    {
        const int Band = 32;
        for (var top = 0; top < n; top += Band)
        {
            var height = Math.Min(Band, n - top);
            Transposition.Copy<double>(values.AsSpan(top), top, height, n, values.AsSpan(top * n), n);
            for (var i = top; i < top + height; i++)
            {
                for (var j = top; j < i; j++)
                {
                    values[(i * n) + j] = values[(j * n) + i];
                }
            }
        }
    }
}
