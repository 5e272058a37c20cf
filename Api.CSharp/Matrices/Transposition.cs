using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>Transposes row-major matrices.</summary>
internal static unsafe class Transposition
{
    private const int Square = 8;

    /// <summary>A row stride at which equal columns of neighboring rows fall into different cache sets.</summary>
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

        // This line checks the bounds of both spans once, by their last entries.
        _ = (from[(rows - 1) * stride + columns - 1], to[(columns - 1) * toStride + rows - 1]);
        fixed (T* source = from, target = to)
        {
            Copy(source, rows, columns, stride, target, toStride);
        }
    }

    /// <summary><c>to[j * toStride + i] = from[i * stride + j]</c> for i below rows and j below columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy<T>(T* from, nint rows, nint columns, nint stride, T* to, nint toStride)
        where T : unmanaged
    {
        nint j = 0;
        for (;
            Avx.IsSupported && (typeof(T) == typeof(float) || typeof(T) == typeof(double)) && j + Square <= columns;
            j += Square)
        {
            nint i = 0;
            for (; i + Square <= rows; i += Square)
            {
                var source = from + i * stride + j;
                var target = to + j * toStride + i;
                if (typeof(T) == typeof(float))
                {
                    SquareTransposition.Singles((float*)source, stride, (float*)target, toStride);
                }
                else
                {
                    SquareTransposition.Doubles((double*)source, stride, (double*)target, toStride);
                }
            }

            CopyPart(from + j, i, rows, Square, stride, to + j * toStride, toStride);
        }

        CopyPart(from + j, 0, rows, columns - j, stride, to + j * toStride, toStride);
    }

    private static void CopyPart<T>(T* from, nint first, nint rows, nint columns, nint stride, T* to, nint toStride)
        where T : unmanaged
    {
        for (var i = first; i < rows; i++)
        {
            for (nint j = 0; j < columns; j++)
            {
                to[j * toStride + i] = from[i * stride + j];
            }
        }
    }
}
