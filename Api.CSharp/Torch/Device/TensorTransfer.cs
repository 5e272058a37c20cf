using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Copies numbers between the host's memory and tensors, in blocks of rows because a span has less than 2^31 bytes.
/// </summary>
internal static partial class TensorTransfer
{
    private const long BlockBytes = 1 << 28;

    /// <summary>The scalar type of tensors for a number type.</summary>
    internal static ScalarType TypeOf<T>() => typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>Creates a tensor, rows × columns, row by row. It belongs to the caller's scope.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="device">The device of the tensor.</param>
    /// <param name="write">Writes a row.</param>
    internal static Tensor Upload<T>(int rows, int columns, Device device, WriteRow<T> write) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var host = empty([rows, columns], dtype: TypeOf<T>(), device: CPU);
        ForBlocks(host, sizeof(double) * (long)columns, (block, first, count) =>
        {
            var numbers = MemoryMarshal.Cast<byte, T>(block.bytes);
            for (var i = 0; i < count; i++)
            {
                write(first + i, numbers.Slice(i * columns, columns));
            }
        });
        return host.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Creates a vector. It belongs to the caller's scope.</summary>
    internal static Tensor Upload<T>(ReadOnlySpan<T> numbers, Device device) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var host = empty(
            [numbers.Length], dtype: typeof(T) == typeof(long) ? ScalarType.Int64 : TypeOf<T>(), device: CPU);
        numbers.CopyTo(MemoryMarshal.Cast<byte, T>(host.bytes));
        return host.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Copies the numbers of a small tensor to the host.</summary>
    internal static T[] Download<T>(Tensor tensor) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.cpu().contiguous().bytes).ToArray();
    }

    /// <summary>Copies a matrix to the host, and passes each row to <c>take</c>.</summary>
    internal static void Download<T>(Tensor matrix, ReadRow<T> take) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var columns = (int)matrix.shape[1];
        ForBlocks(matrix.cpu().contiguous(), sizeof(double) * (long)columns, (block, first, count) =>
        {
            var numbers = MemoryMarshal.Cast<byte, T>(block.bytes);
            for (var i = 0; i < count; i++)
            {
                take(first + i, numbers.Slice(i * columns, columns));
            }
        });
    }

    /// <summary>A matrix of any precision, on any device, as a matrix in float64.</summary>
    internal static Matrix ToMatrix(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = ((int)numbers.shape[0], (int)numbers.shape[1]);
        var values = new double[rows * columns];
        Download<double>(
            numbers.detach().to_type(ScalarType.Float64), (i, row) => row.CopyTo(values.AsSpan(i * columns)));
        return Matrix.Wrap(values, rows, columns);
    }

    /// <summary>The address of a tensor's numbers, on its device.</summary>
    internal static nint Address(Tensor tensor) => Address(tensor.Handle);

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    private static partial nint Address(nint tensor);

    /// <summary>
    /// Passes the blocks of rows of a host tensor to <c>show</c>, with the first row and the number of rows.
    /// </summary>
    private static void ForBlocks(Tensor host, long rowBytes, Action<Tensor, int, int> show)
    {
        var (rows, height) = ((int)host.shape[0], (int)Math.Clamp(BlockBytes / Math.Max(rowBytes, 1), 1, int.MaxValue));
        for (var first = 0; first < rows; first += height)
        {
            var count = Math.Min(height, rows - first);
            using var block = host.narrow(0, first, count);
            show(block, first, count);
        }
    }
}

/// <summary>Writes row i.</summary>
internal delegate void WriteRow<T>(int i, Span<T> row);

/// <summary>Reads row i.</summary>
internal delegate void ReadRow<T>(int i, ReadOnlySpan<T> row);
