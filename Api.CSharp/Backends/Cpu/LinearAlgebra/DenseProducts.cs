namespace HadamardNtk;

/// <summary>Products of whole matrices in memory; the bits do not depend on the threads.</summary>
internal static unsafe class DenseProducts
{
    /// <summary>A B, (m x K)(K x n).</summary>
    internal static Matrix Multiply(Matrix a, Matrix b, Workers workers)
    {
        var c = new double[a.Rows * (long)b.Columns];
        fixed (double* x = a.Data, y = b.Data, z = c)
        {
            Product.Multiply(new(x, a.Rows, a.Columns, a.Columns), new(y, b.Rows, b.Columns, b.Columns), new(z, a.Rows, b.Columns, b.Columns), workers);
        }

        return new(a.Rows, b.Columns, c);
    }

    /// <summary>A Bᵀ, (m x K)(n x K)ᵀ.</summary>
    internal static Matrix MultiplyTransposed(Matrix a, Matrix b, Workers workers)
    {
        var c = new double[a.Rows * (long)b.Rows];
        fixed (double* x = a.Data, y = b.Data, z = c)
        {
            Product.Multiply(
                new(x, a.Rows, a.Columns, a.Columns), new MatrixView(y, b.Rows, b.Columns, b.Columns).Transpose, new(z, a.Rows, b.Rows, b.Rows), workers);
        }

        return new(a.Rows, b.Rows, c);
    }

    /// <summary>A diag(f): column j times f[j].</summary>
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

        return new(a.Rows, a.Columns, scaled);
    }

    /// <summary>diag(f) A: row i times f[i].</summary>
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

        return new(a.Rows, a.Columns, scaled);
    }

    /// <summary>A + k B, of one shape.</summary>
    internal static Matrix Add(Matrix a, Matrix b, double k = 1)
    {
        var sum = (double[])a.Data.Clone();
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += k * b.Data[i];
        }

        return new(a.Rows, a.Columns, sum);
    }

    /// <summary>(A + Aᵀ)/2 in A's own memory, symmetric to the last bit.</summary>
    internal static Matrix Symmetric(Matrix a)
    {
        for (var i = 0; i < a.Rows; i++)
        {
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
