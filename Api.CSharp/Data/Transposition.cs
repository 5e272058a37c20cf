using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Rows become columns.</summary>
internal static class Transposition
{
    /// <summary>A distance between rows at which the same places of neighbouring rows share no cache set.</summary>
    internal static int Stride<T>(int columns) where T : unmanaged => columns + 64 / Unsafe.SizeOf<T>();

    /// <summary><c>to[j * toStride + i] = from[i * stride + j]</c> for i below rows and j below columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy<T>(ReadOnlySpan<T> from, int rows, int columns, int stride, Span<T> to, int toStride)
        where T : unmanaged
    {
        if (rows == 0 || columns == 0)
        {
            return;
        }

        // The last places that are read and written; within them nothing is checked again.
        _ = (from[(rows - 1) * stride + columns - 1], to[(columns - 1) * toStride + rows - 1]);
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (nint i = 0; i < rows; i++)
        {
            ref var line = ref Unsafe.Add(ref source, i * stride);
            for (nint j = 0; j < columns; j++)
            {
                Unsafe.Add(ref target, j * toStride + i) = Unsafe.Add(ref line, j);
            }
        }
    }
}
