using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>
/// Substitution with a small lower triangle L (m x m, m ≤ <see cref="Blocking.Triangle"/>) for 16 right-hand sides
/// side by side: x is (m x 16), row-major without gaps. Each unknown is one chain of fused multiply-adds and one
/// division.
/// </summary>
internal static unsafe class TriangleLanes
{
    /// <summary>The number of right-hand sides.</summary>
    internal const int Count = 16;

    /// <summary>L x = b in place: x[j] = (b[j] - sum over k &lt; j of L[j, k]·x[k]) / L[j, j], k ascending.</summary>
    /// <param name="l">L; only its lower triangle is read.</param>
    /// <param name="x">b, which becomes x, (m x 16).</param>
    internal static void Forward(MatrixView<double> l, double* x)
    {
        for (nint j = 0; j < l.Rows; j++)
        {
            Eliminate(l.At(j, 0), l.ColumnStride, j, x, x + j * Count, *l.At(j, j));
        }
    }

    /// <summary>Lᵀ x = b in place: x[j] = (b[j] - sum over k > j of L[k, j]·x[k]) / L[j, j], k ascending.</summary>
    /// <param name="l">L; only its lower triangle is read.</param>
    /// <param name="x">b, which becomes x, (m x 16).</param>
    internal static void Backward(MatrixView<double> l, double* x)
    {
        for (var j = l.Rows - 1; j >= 0; j--)
        {
            var next = x + (j + 1) * Count;
            Eliminate(l.At(j + 1, j), l.RowStride, l.Rows - 1 - j, next, x + j * Count, *l.At(j, j));
        }
    }

    /// <summary>y = (y - sum over k of c[k·stride]·x[k]) / pivot for the 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eliminate(double* c, nint stride, nint count, double* x, double* y, double pivot)
    {
        var (y0, y1) = (Vector256.Load(y), Vector256.Load(y + 4));
        var (y2, y3) = (Vector256.Load(y + 8), Vector256.Load(y + 12));
        for (nint k = 0; k < count; k++, x += Count)
        {
            var factor = Vector256.Create(-c[k * stride]);
            y0 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(x), y0);
            y1 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(x + 4), y1);
            y2 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(x + 8), y2);
            y3 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(x + 12), y3);
        }

        var divisor = Vector256.Create(pivot);
        (y0 / divisor).Store(y);
        (y1 / divisor).Store(y + 4);
        (y2 / divisor).Store(y + 8);
        (y3 / divisor).Store(y + 12);
    }
}
