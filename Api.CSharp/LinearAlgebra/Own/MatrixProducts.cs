namespace HadamardNtk;

/// <summary>
/// Products of matrices on the heap, on many threads. The bits do not depend on their number. A listener receives the
/// part of a product that is done.
/// </summary>
internal static unsafe class MatrixProducts
{
    /// <summary>A B.</summary>
    internal static Matrix Times(Matrix a, Matrix b, Workers workers, IProgress<double>? progress = null)
    {
        var product = new double[(long)a.Rows * b.Columns];
        Product.Multiply(
            a.Data, a.Columns, b.Data, b.Columns, product, b.Columns, a.Rows, b.Columns, a.Columns, workers, progress);
        return Matrix.Wrap(product, a.Rows, b.Columns);
    }

    /// <summary>Aᵀ B.</summary>
    internal static Matrix TransposeTimes(Matrix a, Matrix b, Workers workers, IProgress<double>? progress = null)
    {
        var product = new double[(long)a.Columns * b.Columns];
        fixed (double* x = a.Data, y = b.Data, z = product)
        {
            Product.Multiply(
                new MatrixView<double>(x, a.Rows, a.Columns, a.Columns).Transpose, new(y, b.Rows, b.Columns, b.Columns),
                new(z, a.Columns, b.Columns, b.Columns), workers, progress);
        }

        return Matrix.Wrap(product, a.Columns, b.Columns);
    }

    /// <summary>A Bᵀ.</summary>
    internal static Matrix TimesTranspose(Matrix a, Matrix b, Workers workers, IProgress<double>? progress = null)
    {
        var product = new double[(long)a.Rows * b.Rows];
        fixed (double* x = a.Data, y = b.Data, z = product)
        {
            Product.Multiply(
                new(x, a.Rows, a.Columns, a.Columns), new MatrixView<double>(y, b.Rows, b.Columns, b.Columns).Transpose,
                new(z, a.Rows, b.Rows, b.Rows), workers, progress);
        }

        return Matrix.Wrap(product, a.Rows, b.Rows);
    }

    /// <summary>C = C − Aᵀ B.</summary>
    internal static void SubtractTransposeTimes(Matrix a, Matrix b, Matrix c, Workers workers)
    {
        fixed (double* x = a.Data, y = b.Data, z = c.Data)
        {
            Product.Subtract(
                new MatrixView<double>(x, a.Rows, a.Columns, a.Columns).Transpose,
                new MatrixView<double>(y, b.Rows, b.Columns, b.Columns).Transpose,
                new(z, c.Rows, c.Columns, c.Columns), workers);
        }
    }

    /// <summary>A Aᵀ.</summary>
    internal static Matrix Square(Matrix a, Workers workers) => TimesTranspose(a, a, workers);

    /// <summary>The lower triangle of A Aᵀ + B Bᵀ, in half the time of all of it. B may be null.</summary>
    internal static Matrix LowerSquares(Matrix a, Matrix? b, Workers workers)
    {
        var product = new double[(long)a.Rows * a.Rows];
        fixed (double* x = a.Data, y = b?.Data, z = product)
        {
            var sum = new MatrixView<double>(z, a.Rows, a.Rows, a.Rows);
            Product.SubtractSquare(new(x, a.Rows, a.Columns, a.Columns), sum, workers);
            if (b is not null)
            {
                Product.SubtractSquare(new(y, b.Rows, b.Columns, b.Columns), sum, workers);
            }
        }

        for (var i = 0; i < product.Length; i++)
        {
            product[i] = -product[i];
        }

        return Matrix.Wrap(product, a.Rows, a.Rows);
    }

    /// <summary>Some columns of A, in the given order.</summary>
    internal static Matrix Columns(Matrix a, ReadOnlySpan<int> chosen)
    {
        var columns = new double[a.Rows * (long)chosen.Length];
        for (var i = 0; i < a.Rows; i++)
        {
            var row = a.Row(i);
            for (var j = 0; j < chosen.Length; j++)
            {
                columns[i * chosen.Length + j] = row[chosen[j]];
            }
        }

        return Matrix.Wrap(columns, a.Rows, chosen.Length);
    }

    /// <summary>L⁻¹ B in the memory of B. Only the lower triangle of L is read.</summary>
    internal static void SolveForward(Matrix l, Matrix b, Workers workers) =>
        TriangularSolve.Forward(l.Data, l.Columns, b.Data, b.Columns, l.Rows, b.Columns, workers);

    /// <summary>L⁻ᵀ B in the memory of B. Only the lower triangle of L is read.</summary>
    internal static void SolveBackward(Matrix l, Matrix b, Workers workers) =>
        TriangularSolve.Backward(l.Data, l.Columns, b.Data, b.Columns, l.Rows, b.Columns, workers);

    /// <summary>Puts L with A = L Lᵀ into the lower triangle of A.</summary>
    /// <exception cref="ArithmeticException">A is not positive definite in float64.</exception>
    internal static void Factor(Matrix a, Workers workers)
    {
        if (!Cholesky.TryFactor(a.Data, a.Columns, a.Rows, workers, null, out var failure))
        {
            throw new ArithmeticException(
                $"a matrix of order {a.Rows} that a solver made of the kernel is not positive definite: "
                + $"pivot {failure.Order} is {failure.Pivot:R}");
        }
    }

    /// <summary>A copy of some rows.</summary>
    internal static Matrix Rows(Matrix a, ReadOnlySpan<int> chosen)
    {
        var rows = new double[chosen.Length * a.Columns];
        for (var k = 0; k < chosen.Length; k++)
        {
            a.Row(chosen[k]).CopyTo(rows.AsSpan(k * a.Columns));
        }

        return Matrix.Wrap(rows, chosen.Length, a.Columns);
    }

    /// <summary>A + shift I in the memory of A.</summary>
    internal static void AddToDiagonal(Matrix a, double shift)
    {
        for (var i = 0; i < a.Rows; i++)
        {
            a.Data[i * a.Columns + i] += shift;
        }
    }
}
