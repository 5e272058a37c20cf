namespace HadamardNtk;

/// <summary>
/// The mean and the squared deviations of matrices that are added one after the other:
/// mean ← mean + d/S and squares ← squares + d (K − mean), with d = K less the mean before.
/// </summary>
/// <remarks>Source: Welford, Note on a method for calculating corrected sums of squares and products (1962).</remarks>
internal sealed class RunningMoments(int rows, int columns)
{
    private readonly double[] _mean = new double[MatrixSize.Of(rows, columns)];
    private readonly double[] _squares = new double[MatrixSize.Of(rows, columns)];

    /// <summary>S, the number of matrices.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds the matrix of a seed.</summary>
    /// <exception cref="ArgumentException">It has another size.</exception>
    internal void Add(Matrix matrix, long seed)
    {
        if ((matrix.Rows, matrix.Columns) != (rows, columns))
        {
            throw new ArgumentException(
                $"Expected a matrix of {rows} x {columns} for every seed, as for the first; "
                + $"came {matrix.Rows} x {matrix.Columns} for seed {seed}.",
                "kernel");
        }

        Count++;
        for (var k = 0; k < _mean.Length; k++)
        {
            var (value, before) = (matrix.Data[k], _mean[k]);
            _mean[k] = before + ((value - before) / Count);
            _squares[k] += (value - before) * (value - _mean[k]);
        }
    }

    /// <summary>The mean.</summary>
    /// <exception cref="ArithmeticException">It is not finite.</exception>
    internal Matrix Mean() => FiniteNumbers.Require("mean of kernels", Matrix.Wrap(_mean, rows, columns));

    /// <summary>The standard error of the mean, sqrt(squares/(S(S−1))).</summary>
    /// <exception cref="ArithmeticException">It is not finite.</exception>
    internal Matrix StandardError()
    {
        var scale = (double)Count * (Count - 1);
        var errors = Array.ConvertAll(_squares, squares => Math.Sqrt(squares / scale));
        return FiniteNumbers.Require("standard error of kernels", Matrix.Wrap(errors, rows, columns));
    }
}
