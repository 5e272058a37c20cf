using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>A tangent kernel block by block.</summary>
internal sealed class TangentBlocks
{
    private readonly ModulePlan _plan;
    private readonly TangentOutputs _outputs;
    private readonly int _rows;
    private readonly int _each;

    /// <summary>Blocks of some samples by as many.</summary>
    internal TangentBlocks(ModulePlan plan, TangentOutputs outputs, int rows) =>
        (_plan, _outputs, _rows, _each) = (plan, outputs, rows, outputs == TangentOutputs.All ? (int)plan.OutputCount : 1);

    /// <summary>The kernel at all pairs of samples; the upper triangle is computed, the lower one is its mirror image.</summary>
    /// <exception cref="ArithmeticException">A number of it is not finite.</exception>
    internal Matrix Gram(Tensor x)
    {
        var (n, values) = Storage(x, x);
        ForEach(x, 0, (row, rows) =>
        {
            Write(rows, rows, row, row, values, n, isDiagonal: true);
            ForEach(x, row + _rows, (column, columns) => Write(rows, columns, row, column, values, n, false));
        });
        Mirror(values, n);
        return new(n, n, values);
    }

    /// <summary>The kernel between two sets of samples.</summary>
    /// <exception cref="ArithmeticException">A number of it is not finite.</exception>
    internal Matrix Cross(Tensor x, Tensor other)
    {
        var (columns, values) = Storage(x, other);
        if (Work(x, other) <= Work(other, x))
        {
            ForEach(x, 0, (row, a) => ForEach(other, 0, (column, b) => Write(a, b, row, column, values, columns, false)));
        }
        else
        {
            ForEach(other, 0, (column, b) => ForEach(x, 0, (row, a) => Write(a, b, row, column, values, columns, false)));
        }

        return new((int)(x.shape[0] * _each), columns, values);
    }

    // Samples whose gradients are computed: those inside once for each block outside.
    private double Work(Tensor outside, Tensor inside) =>
        outside.shape[0] + (Math.Ceiling(outside.shape[0] / (double)_rows) * inside.shape[0]);

    private void ForEach(Tensor x, long from, Action<long, TangentFeatures> work)
    {
        for (var start = from; start < x.shape[0]; start += _rows)
        {
            using var scope = torch.NewDisposeScope();
            work(start, TangentFeatures.Of(_plan, x.narrow(0, start, Math.Min(_rows, x.shape[0] - start)), start));
        }
    }

    private void Write(
        TangentFeatures a, TangentFeatures b, long row, long column, double[] values, int stride, bool isDiagonal)
    {
        _plan.Run.Cancellation.ThrowIfCancellationRequested();
        using var tile = TangentTile.Between(a, b, _outputs);
        TangentTile.Read(tile, (numbers, i) =>
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
            : throw new ArgumentException($"Expected a kernel of at most {Array.MaxLength} numbers; {rows} x {columns} has more.", nameof(x));
    }

    private static void RequireFinite(ReadOnlySpan<double> numbers, long row)
    {
        foreach (var number in numbers)
        {
            if (!double.IsFinite(number))
            {
                throw new ArithmeticException(
                    $"row {row} (counted from 0): the tangent kernel there is not finite; the module has no derivative there, or overflows");
            }
        }
    }

    // In squares that stay in cache.
    private static void Mirror(double[] values, int n)
    {
        const int side = 32;
        for (var top = 0; top < n; top += side)
        {
            for (var left = 0; left <= top; left += side)
            {
                for (var i = top; i < Math.Min(top + side, n); i++)
                {
                    for (var j = left; j < Math.Min(left + side, i); j++)
                    {
                        values[(i * n) + j] = values[(j * n) + i];
                    }
                }
            }
        }
    }
}
