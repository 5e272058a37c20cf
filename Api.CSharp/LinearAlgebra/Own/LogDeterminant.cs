namespace HadamardNtk;

/// <summary>log det(L Lᵀ) = 2·sum over i of log L[i, i], finite where the determinant itself would overflow.</summary>
internal static unsafe class LogDeterminant
{
    /// <summary>Computes it. It is 0 for the empty matrix and NaN for a negative or NaN diagonal.</summary>
    /// <param name="l">L, (n x n); only its diagonal is read.</param>
    internal static double Of(MatrixView<double> l)
    {
        var sum = 0.0;
        for (nint i = 0; i < l.Rows; i++)
        {
            sum += Math.Log(*l.At(i, i));
        }

        return 2 * sum;
    }

    /// <summary>Computes it from a span.</summary>
    /// <param name="l">L, (n x n), row-major; only its diagonal is read.</param>
    /// <param name="ldl">The leading dimension of L, at least n.</param>
    /// <param name="n">The order of L.</param>
    /// <exception cref="ArgumentException">The span is too short or the leading dimension too small.</exception>
    internal static double Of(ReadOnlySpan<double> l, int ldl, int n)
    {
        MatrixViews.Require(l.Length, n, n, ldl, nameof(l));
        fixed (double* x = l)
        {
            return Of(new MatrixView<double>(x, n, n, ldl));
        }
    }
}
