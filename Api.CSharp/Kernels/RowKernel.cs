using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// A kernel on rows of features. A class that inherits gives the Gram matrix, the kernels between two sets of rows, and
/// the diagonal; the rest is here.
/// </summary>
/// <example><code>
/// Matrix gram = new Linear().Gram(x);
///
/// sealed class Linear : RowKernel
/// {
///     public override Matrix Cross(
///         Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default) =>
///         new(Enumerable.Range(0, x.Rows).Select(i =>
///             Enumerable.Range(0, other.Rows).Select(j => Dot(x.Row(i), other.Row(j))).ToArray()));
///
///     public override Matrix Gram(
///         Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
///         Cross(x, x, options, cancellation);
///
///     public override double[] Diagonal(Matrix x, CancellationToken cancellation = default) =>
///         [.. Enumerable.Range(0, x.Rows).Select(i => Dot(x.Row(i), x.Row(i)))];
///
///     private static double Dot(ReadOnlySpan&lt;double> a, ReadOnlySpan&lt;double> b)
///     {
///         var sum = 0.0;
///         for (var k = 0; k &lt; a.Length; k++) sum += a[k] * b[k];
///         return sum;
///     }
/// }
/// </code></example>
public abstract class RowKernel : IKernel<Matrix>
{
    /// <inheritdoc/>
    public int Count(Matrix samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.Rows;
    }

    /// <inheritdoc/>
    public Matrix Select(Matrix samples, ReadOnlySpan<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return MatrixProducts.Rows(samples, chosen);
    }

    /// <inheritdoc/>
    public abstract Matrix Gram(Matrix x, GramOptions? options = null, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract Matrix Cross(
        Matrix x, Matrix other, GramOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Computes the Gram matrix of the rows of an array, n × d.</summary>
    /// <param name="x">The samples, one a row, which are copied.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    [OverloadResolutionPriority(-1)]
    public Matrix Gram(double[,] x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Gram(new Matrix(x), options, cancellation);

    /// <summary>Computes the kernels between the rows of two arrays, n × d and n′ × d, a matrix of n × n′.</summary>
    /// <param name="x">The samples of the rows of the result, which are copied.</param>
    /// <param name="other">The samples of its columns, which are copied.</param>
    /// <param name="options">The backend, threads and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    [OverloadResolutionPriority(-1)]
    public Matrix Cross(
        double[,] x, double[,] other, GramOptions? options = null, CancellationToken cancellation = default) =>
        Cross(new Matrix(x), new Matrix(other), options, cancellation);

    /// <inheritdoc/>
    public abstract double[] Diagonal(Matrix x, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public virtual Matrix Multiply(
        Matrix x,
        Matrix v,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        return KernelBlocks.Multiply(this, x, v, other, options ?? new(), cancellation);
    }
}
