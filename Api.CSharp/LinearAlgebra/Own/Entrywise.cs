namespace HadamardNtk;

/// <summary>Operations on the entries of matrices in memory.</summary>
internal static class Entrywise
{
    /// <summary>A diag(f): multiplies column j by f[j].</summary>
    internal static Matrix ScaleColumns(Matrix a, double[] f)
    {
        var scaled = (double[])a.Data.Clone();
        for (var i = 0; i < a.Rows; i++)
        {
            for (var j = 0; j < f.Length; j++)
            {
                scaled[i * f.Length + j] *= f[j];
            }
        }

        return Matrix.Wrap(scaled, a.Rows, a.Columns);
    }

    /// <summary>diag(f) A: multiplies row i by f[i].</summary>
    internal static Matrix ScaleRows(Matrix a, double[] f)
    {
        var scaled = (double[])a.Data.Clone();
        for (var i = 0; i < a.Rows; i++)
        {
            for (var j = 0; j < a.Columns; j++)
            {
                scaled[i * a.Columns + j] *= f[i];
            }
        }

        return Matrix.Wrap(scaled, a.Rows, a.Columns);
    }

    /// <summary>A + k B, for A and B of the same shape.</summary>
    internal static Matrix Add(Matrix a, Matrix b, double k = 1)
    {
        var sum = (double[])a.Data.Clone();
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += k * b.Data[i];
        }

        return Matrix.Wrap(sum, a.Rows, a.Columns);
    }

    /// <summary>j A + k B, for A and B of the same shape.</summary>
    internal static Matrix Combine(double j, Matrix a, double k, Matrix b)
    {
        var sum = new double[a.Data.Length];
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] = j * a.Data[i] + k * b.Data[i];
        }

        return Matrix.Wrap(sum, a.Rows, a.Columns);
    }

    /// <summary>
    /// (A + Aᵀ)/2 in the memory of A, symmetric to the last bit. Variances that rounding made negative become 0.
    /// </summary>
    internal static Matrix Covariance(Matrix a)
    {
        for (var i = 0; i < a.Rows; i++)
        {
            ref var variance = ref a.Data[i * a.Rows + i];
            variance = variance < 0 ? 0 : variance;
            for (var j = 0; j < i; j++)
            {
                ref var lower = ref a.Data[i * a.Rows + j];
                ref var upper = ref a.Data[j * a.Rows + i];
                lower = upper = 0.5 * (lower + upper);
            }
        }

        return a;
    }
}
