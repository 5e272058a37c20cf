namespace HadamardNtk;

public sealed partial class InfiniteKernel
{
    /// <summary>
    /// Computes K V without storing K, where K is the Gram matrix of the rows of x (n × n), or the kernels between them
    /// and the rows of other (n × n′). The memory is that of a few blocks. The sums are in float64 for every precision
    /// of K. On the processor's own backends they do not depend on the number of threads.
    /// </summary>
    /// <param name="x">The samples of the rows of K.</param>
    /// <param name="v">V, which has one row for each column of K and any number of columns.</param>
    /// <param name="other">The samples of the columns of K. Null stands for x, with a symmetric K.</param>
    /// <param name="options">The backend, threads, precision and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <returns>K V, of n rows and the columns of V.</returns>
    /// <exception cref="ArgumentException">V does not fit, or the numbers of features differ.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">K V is not finite at a row.</exception>
    public override Matrix Multiply(
        Matrix x,
        Matrix v,
        Matrix? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        options ??= new();
        return Multiply(new GramRequest(Program, x, other, Kind, options.Precision), v, options, cancellation);
    }

    private static Matrix Multiply(
        GramRequest request, Matrix v, GramOptions options, CancellationToken cancellation)
    {
        ProductFactor.Require(v, request.Rows, request.Columns);
        return ProductFactor.RequireFinite(
            (options.Backend ?? Backends.Default).Multiply(request, v, options, cancellation));
    }
}
