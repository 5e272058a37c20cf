using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// The factorization of a diagonal block on one thread, by triangles of order <see cref="Blocking.Triangle"/>.
/// </summary>
internal static unsafe class CholeskyBlock
{
    /// <summary>
    /// Puts L into the lower triangle of <paramref name="a"/>; the strict upper triangle is unchanged.
    /// </summary>
    /// <param name="a">A diagonal block, row-major.</param>
    /// <param name="first">The index of its first row in the whole matrix, from which the failing minor counts.</param>
    /// <param name="failure">The failing minor when the result is false.</param>
    /// <returns>Whether every pivot is positive and finite.</returns>
    internal static bool TryFactor(MatrixView<double> a, nint first, out FailingMinor failure)
    {
        for (nint s = 0; s < a.Rows; s += Blocking.Triangle)
        {
            var width = nint.Min(Blocking.Triangle, a.Rows - s);
            var (next, left) = (s + width, a.Rows - s - width);
            var (corner, below) = (a.Block(s, s, width, width), a.Block(next, s, left, width));
            if (!TryFactorTriangle(corner, first + s, out failure))
            {
                return false;
            }

            TriangleBlock.Forward(corner, below.Transpose);
            RowProducts.SubtractReached(below, below, a.Block(next, next, left, left), reach: 0);
        }

        failure = default;
        return true;
    }

    private static bool TryFactorTriangle(MatrixView<double> a, nint first, out FailingMinor failure)
    {
        for (nint j = 0; j < a.Rows; j++)
        {
            var pivot = Remainder(a.At(j, 0), a.At(j, 0), j);
            if (!(pivot > 0 && double.IsFinite(pivot)))
            {
                failure = new FailingMinor(first + j + 1, pivot);
                return false;
            }

            FillColumn(a, j, Math.Sqrt(pivot));
        }

        failure = default;
        return true;
    }

    private static void FillColumn(MatrixView<double> a, nint j, double root)
    {
        *a.At(j, j) = root;
        for (var i = j + 1; i < a.Rows; i++)
        {
            *a.At(i, j) = Remainder(a.At(i, 0), a.At(j, 0), j) / root;
        }
    }

    /// <summary>x[j] - sum over k &lt; j of x[k]·y[k], k ascending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Remainder(double* x, double* y, nint j)
    {
        var rest = x[j];
        for (nint k = 0; k < j; k++)
        {
            rest = Math.FusedMultiplyAdd(-x[k], y[k], rest);
        }

        return rest;
    }
}
