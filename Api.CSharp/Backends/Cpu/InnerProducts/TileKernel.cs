using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// The innermost product: up to 6 rows of X against one panel of Y, s[r, j] = sum over k of X[r, k]·y[k·W + j],
/// W = <see cref="Width"/>. Each entry is one chain of fused multiply-adds from zero, k ascending.
/// </summary>
internal static unsafe class TileKernel<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>
    /// The rows of a micro-tile. Its 12 accumulators, two vectors of Y and one of X fit into 16 registers.
    /// </summary>
    internal const int Height = 6;

    /// <summary>The columns of a micro-tile, W: two vectors.</summary>
    internal static int Width => 2 * V.Count;

    /// <summary>Assigns the sums to C, or adds them to it.</summary>
    /// <remarks>
    /// The method is longer than 40 lines because the 12 accumulators stay in registers only as locals. Rows from
    /// <paramref name="rows"/> on repeat the last row and are not written.
    /// </remarks>
    /// <param name="depth">The number of terms.</param>
    /// <param name="x">The first row of X.</param>
    /// <param name="xStride">The distance, in numbers, from a row of X to the next.</param>
    /// <param name="rows">The number of rows, 1 to 6.</param>
    /// <param name="y">The panel, (depth x W).</param>
    /// <param name="c">The output, rows x W.</param>
    /// <param name="stride">The distance, in numbers, from a row of C to the next.</param>
    /// <param name="add">Whether the sums are added to C; otherwise they are assigned.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(nint depth, T* x, nint xStride, nint rows, T* y, T* c, nint stride, bool add)
    {
        var x1 = rows > 1 ? x + xStride : x;
        var x2 = rows > 2 ? x1 + xStride : x1;
        var x3 = rows > 3 ? x2 + xStride : x2;
        var x4 = rows > 4 ? x3 + xStride : x3;
        var x5 = rows > 5 ? x4 + xStride : x4;
        V s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        V s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        for (nint k = 0; k < depth; k++, y += 2 * V.Count)
        {
            var y0 = V.Load(y);
            var y1 = V.Load(y + V.Count);

            var v = V.Create(x[k]);
            s00 = V.Fma(v, y0, s00);
            s01 = V.Fma(v, y1, s01);
            v = V.Create(x1[k]);
            s10 = V.Fma(v, y0, s10);
            s11 = V.Fma(v, y1, s11);
            v = V.Create(x2[k]);
            s20 = V.Fma(v, y0, s20);
            s21 = V.Fma(v, y1, s21);
            v = V.Create(x3[k]);
            s30 = V.Fma(v, y0, s30);
            s31 = V.Fma(v, y1, s31);
            v = V.Create(x4[k]);
            s40 = V.Fma(v, y0, s40);
            s41 = V.Fma(v, y1, s41);
            v = V.Create(x5[k]);
            s50 = V.Fma(v, y0, s50);
            s51 = V.Fma(v, y1, s51);
        }

        Put(c, s00, s01, add);
        if (rows > 1)
        {
            Put(c += stride, s10, s11, add);
        }

        if (rows > 2)
        {
            Put(c += stride, s20, s21, add);
        }

        if (rows > 3)
        {
            Put(c += stride, s30, s31, add);
        }

        if (rows > 4)
        {
            Put(c += stride, s40, s41, add);
        }

        if (rows > 5)
        {
            Put(c + stride, s50, s51, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* c, V low, V high, bool add)
    {
        if (add)
        {
            low = V.Load(c) + low;
            high = V.Load(c + V.Count) + high;
        }

        V.Store(low, c);
        V.Store(high, c + V.Count);
    }
}
