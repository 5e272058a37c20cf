using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>Numbers between the host's memory and tensors, in blocks of rows: a span ends at 2^31 bytes.</summary>
internal static class TensorTransfer
{
    private const long BlockBytes = 1 << 28;

    /// <summary>The tensors' name for a type of numbers.</summary>
    internal static ScalarType TypeOf<T>() => typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>A tensor, rows × columns, whose rows are written one by one. The caller's scope has it.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="device">Where it is to live.</param>
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

    /// <summary>A vector. The caller's scope has it.</summary>
    internal static Tensor Upload<T>(ReadOnlySpan<T> numbers, Device device) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        var host = empty([numbers.Length], dtype: typeof(T) == typeof(long) ? ScalarType.Int64 : TypeOf<T>(), device: CPU);
        numbers.CopyTo(MemoryMarshal.Cast<byte, T>(host.bytes));
        return host.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>A small tensor's numbers.</summary>
    internal static T[] Download<T>(Tensor tensor) where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.cpu().contiguous().bytes).ToArray();
    }

    /// <summary>Shows the rows of a matrix.</summary>
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

    /// <summary>Shows a tensor of the host's, block by block of its rows, its first row and their number.</summary>
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

/// <summary>Takes row i.</summary>
internal delegate void ReadRow<T>(int i, ReadOnlySpan<T> row);
