using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Dense linear algebra on a device. Work that does not fit into its memory is left to the host, and so is a matrix
/// that the device cannot factorize; the host then reports the minor that fails.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="host">The algebra on the host for a matrix of an order.</param>
/// <typeparam name="T">double or float.</typeparam>
internal sealed unsafe class TensorAlgebra<T>(TorchDevice device, Func<int, DenseAlgebra<T>> host) : DenseAlgebra<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Device Device => device.Tensors;

    internal override bool TryFactor(
        MatrixView<T> a, Workers workers, IProgress<double>? progress, out FailingMinor failure)
    {
        workers.Cancellation.ThrowIfCancellationRequested();
        var isDone = a.Rows > 0 && OnDevice(TorchMemory.Factor((int)a.Rows, sizeof(T)), workers, () => TryFactor(a));
        if (!isDone)
        {
            return host((int)a.Rows).TryFactor(a, workers, progress, out failure);
        }

        failure = default;
        progress?.Report(1);
        return true;
    }

    internal override void Solve(MatrixView<T> l, MatrixView<T> b, Workers workers)
    {
        workers.Cancellation.ThrowIfCancellationRequested();
        var needed = TorchMemory.Solve((int)l.Rows, (int)b.Columns, sizeof(T));
        if (b.Rows * b.Columns == 0 || !OnDevice(needed, workers, () => SolveThere(l, b)))
        {
            host((int)l.Rows).Solve(l, b, workers);
        }
    }

    internal override void Multiply(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, Workers workers)
    {
        workers.Cancellation.ThrowIfCancellationRequested();
        var needed = sizeof(T) * (a.Rows * a.Columns + b.Rows * b.Columns + c.Rows * c.Columns);
        if (a.Columns * c.Rows * c.Columns == 0 || !OnDevice(needed, workers, () => MultiplyThere(a, b, c)))
        {
            host((int)a.Rows).Multiply(a, b, c, workers);
        }
    }

    private protected override (T[] Values, T[] Vectors) DecomposeChecked(T[] a, int n, int leading, Workers workers)
    {
        (T[] Values, T[] Vectors)? pairs = null;
        return OnDevice(
            TorchMemory.Decompose(n, sizeof(T)), workers, () => (pairs = TryDecompose(a, n, leading)) is not null)
            ? pairs!.Value
            : host(n).Decompose(a, n, leading, workers);
    }

    // Returns whether the work was done on the device. It is not if the memory does not suffice, beforehand or on the
    // way.
    private bool OnDevice(long needed, Workers workers, Func<bool> work)
    {
        using var context = new TorchContext(device, new(), workers.Threads);
        using var scope = NewDisposeScope();
        try
        {
            return needed <= DeviceMemory.Free(Device) && work();
        }
        catch (Exception e) when (DeviceMemory.IsExhausted(e))
        {
            return false;
        }
    }

    private bool TryFactor(MatrixView<T> a)
    {
        using var lower = Lower(a);
        var (l, info) = linalg.cholesky_ex(lower);
        var pivots = TensorTransfer.Download<T>(l.diagonal(0, 0, 1));
        if (TensorTransfer.Download<int>(info)[0] != 0 || !Array.TrueForAll(pivots, p => p > T.Zero && T.IsFinite(p)))
        {
            return false;
        }

        TensorTransfer.Download<T>(l, (i, row) => row[..(i + 1)].CopyTo(new(a.At(i, 0), i + 1)));
        return true;
    }

    private bool SolveThere(MatrixView<T> l, MatrixView<T> b)
    {
        using var factor = Lower(l);
        using var sides = Upload(b);
        Write(sides.cholesky_solve(factor), b);
        return true;
    }

    private bool MultiplyThere(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c)
    {
        using var left = Upload(a);
        using var right = Upload(b);
        Write(left.mm(right), c);
        return true;
    }

    // The result is null if the device's iteration does not converge.
    private (T[] Values, T[] Vectors)? TryDecompose(T[] a, int n, int leading)
    {
        using var lower = Lower(a, n);
        try
        {
            return DecomposeThere(lower, n, leading);
        }
        catch (ExternalException e) when (!DeviceMemory.IsExhausted(e))
        {
            return null;
        }
    }

    private Tensor Lower(T[] a, int n)
    {
        fixed (T* x = a)
        {
            return Lower(new(x, n, n, n));
        }
    }

    private static (T[] Values, T[] Vectors) DecomposeThere(Tensor lower, int n, int leading)
    {
        var (values, vectors) = linalg.eigh(lower);
        var rows = vectors.narrow(1, n - leading, leading).t().contiguous();
        var largest = new T[(long)leading * n];
        TensorTransfer.Download<T>(rows, (i, row) => row.CopyTo(largest.AsSpan(i * n)));
        return (TensorTransfer.Download<T>(values)[(n - leading)..], largest);
    }

    // Only the lower triangle is uploaded; the entries above it are zero.
    private Tensor Lower(MatrixView<T> a) => TensorTransfer.Upload<T>((int)a.Rows, (int)a.Columns, Device, (i, row) =>
    {
        new ReadOnlySpan<T>(a.At(i, 0), i + 1).CopyTo(row);
        row[(i + 1)..].Clear();
    });

    private Tensor Upload(MatrixView<T> a) => TensorTransfer.Upload<T>((int)a.Rows, (int)a.Columns, Device, (i, row) =>
    {
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = *a.At(i, j);
        }
    });

    private static void Write(Tensor from, MatrixView<T> to) => TensorTransfer.Download<T>(from, (i, row) =>
    {
        for (var j = 0; j < row.Length; j++)
        {
            *to.At(i, j) = row[j];
        }
    });
}
