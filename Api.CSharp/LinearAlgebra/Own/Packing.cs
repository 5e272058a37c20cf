using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>
/// Copies a block of rows (m x K) into panels of p rows, as the micro-kernel reads them: panel[k·p + r] = A[r, k]. The
/// panels follow one another, and the last one is filled up with zero rows.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>Packs <paramref name="source"/>, (m x K), into ⌈m / p⌉ panels of p·K numbers.</summary>
    /// <param name="source">The rows, in either storage order.</param>
    /// <param name="height">The number of rows of a panel, p.</param>
    /// <param name="target">Memory for ⌈m / p⌉·p·K numbers.</param>
    internal static void Pack(MatrixView<double> source, nint height, double* target)
    {
        for (nint i = 0; i < source.Rows; i += height, target += height * source.Columns)
        {
            PackPanel(source.RowBlock(i, nint.Min(height, source.Rows - i)), height, target);
        }
    }

    private static void PackPanel(MatrixView<double> rows, nint height, double* target)
    {
        if (rows.Rows < height)
        {
            new Span<double>(target, (int)(height * rows.Columns)).Clear();
        }

        if (!rows.IsRowMajor)
        {
            CopyColumns(rows, height, target);
            return;
        }

        nint done = 0;
        for (; done + 4 <= rows.Rows; done += 4)
        {
            Transpose4(rows.At(done, 0), rows.RowStride, rows.Columns, target + done, height);
        }

        for (; done < rows.Rows; done++)
        {
            Scatter(rows.At(done, 0), rows.Columns, target + done, height);
        }
    }

    private static void CopyColumns(MatrixView<double> rows, nint height, double* target)
    {
        for (nint k = 0; k < rows.Columns; k++)
        {
            var from = rows.At(0, k);
            var to = target + k * height;
            for (nint r = 0; r < rows.Rows; r++)
            {
                to[r] = from[r];
            }
        }
    }

    private static void Scatter(double* row, nint depth, double* target, nint height)
    {
        for (nint k = 0; k < depth; k++)
        {
            target[k * height] = row[k];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose4(double* row, nint stride, nint depth, double* target, nint height)
    {
        nint k = 0;
        for (; Avx.IsSupported && k + 4 <= depth; k += 4)
        {
            TransposeSquare(row + k, stride, target + k * height, height);
        }

        for (; k < depth; k++)
        {
            for (nint r = 0; r < 4; r++)
            {
                target[k * height + r] = row[r * stride + k];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeSquare(double* from, nint stride, double* to, nint height)
    {
        var (r0, r1) = (Vector256.Load(from), Vector256.Load(from + stride));
        var (r2, r3) = (Vector256.Load(from + 2 * stride), Vector256.Load(from + 3 * stride));
        var (even01, odd01) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (even23, odd23) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        Avx.Permute2x128(even01, even23, 0x20).Store(to);
        Avx.Permute2x128(odd01, odd23, 0x20).Store(to + height);
        Avx.Permute2x128(even01, even23, 0x31).Store(to + 2 * height);
        Avx.Permute2x128(odd01, odd23, 0x31).Store(to + 3 * height);
    }
}
