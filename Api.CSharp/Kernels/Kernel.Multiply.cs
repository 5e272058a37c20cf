namespace HadamardNtk;

public sealed partial class Kernel
{
    /// <summary>
    /// K V, where K is the Gram matrix of the rows of x (n × n), or the kernels between them and the rows of other
    /// (n × n′), without ever storing K: memory is that of a few blocks. The sums are in float64, whatever the precision
    /// of K; on the processor's own backends they do not depend on the number of threads.
    /// </summary>
    /// <param name="x">Samples, one a row of K.</param>
    /// <param name="v">V: one row for each column of K, any number of columns.</param>
    /// <param name="other">The samples of the columns of K, in rows as in x; null for the symmetric matrix of x.</param>
    /// <param name="kind">Which kernel.</param>
    /// <param name="options">Backend, threads, precision, progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>n × the columns of V.</returns>
    /// <exception cref="ArgumentException">V does not fit, or the numbers of features differ.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">K V is not finite at a row.</exception>
    public Matrix Multiply(
        Matrix x,
        Matrix v,
        Matrix? other = null,
        KernelKind kind = KernelKind.Ntk,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        options ??= new();
        var request = new GramRequest(Program, x, other, kind, options.Precision);
        RequireFit(request, v);
        return FiniteNumbers.Require(
            "K V", (options.Backend ?? Backends.Default).Multiply(request, v, options, cancellation), "the product or a sum on its way overflows; scale V down");
    }

    private static void RequireFit(GramRequest request, Matrix v)
    {
        if (v.Rows != request.Columns || v.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected {request.Columns} rows, one for each column of K, and at least one column; came {v.Rows} x {v.Columns}.", nameof(v));
        }

        if (Array.FindIndex(v.Data, value => !double.IsFinite(value)) is >= 0 and var bad)
        {
            throw new ArgumentException(
                $"Expected finite numbers; V's in row {bad / v.Columns}, column {bad % v.Columns} (counted from 0) is {v.Data[bad]}.", nameof(v));
        }

        if ((long)request.Rows * v.Columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected a product of at most {Array.MaxLength} entries; {request.Rows} x {v.Columns} has more. Give fewer columns.", nameof(v));
        }
    }
}
