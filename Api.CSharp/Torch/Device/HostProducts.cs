using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The inner products of rows and columns on the processor, as tensors, by the kernels of the cpu backend. They use the
/// widest vectors of every processor; the libraries of libtorch do not.
/// </summary>
internal abstract class HostProducts : IDisposable
{
    /// <summary>Prepares the products of all rows and columns.</summary>
    internal static HostProducts Create<T>(SampleSet rows, SampleSet columns, Workers workers) where T : unmanaged =>
        typeof(T) == typeof(float)
            ? new Products<float>(ProductLibrary.Own.Single(rows.X, columns.X, workers))
            : new Products<double>(ProductLibrary.Own.Double(rows.X, columns.X, workers));

    /// <summary>Computes a tile, height × width. The caller disposes it.</summary>
    internal abstract Tensor Tile(int row, int height, int column, int width);

    public abstract void Dispose();

    private sealed unsafe class Products<T>(InnerProducts<T> products) : HostProducts
        where T : unmanaged
    {
        internal override Tensor Tile(int row, int height, int column, int width)
        {
            var stride = Blocking.RoundUp(width, InnerProducts<T>.Unit);
            var room = empty([height, stride], dtype: TensorTransfer.TypeOf<T>());
            fixed (byte* numbers = &MemoryMarshal.GetReference(room.bytes))
            {
                Fill(row, height, column, width, (T*)numbers, stride);
            }

            if (stride == width)
            {
                return room;
            }

            using (room)
            {
                using var part = room.narrow(1, 0, width);
                return part.contiguous();
            }
        }

        public override void Dispose() => products.Dispose();

        // Part by part, each of which stays in a core's cache.
        private void Fill(int row, int height, int column, int width, T* to, nint stride)
        {
            var (most, widest) = products.Part;
            for (var i = 0; i < height; i += most)
            {
                for (var j = 0; j < width; j += widest)
                {
                    var (rows, columns) = (Math.Min(most, height - i), Math.Min(widest, width - j));
                    products.Tile(row + i, rows, column + j, columns, to + i * stride + j, stride);
                }
            }
        }
    }
}
