namespace HadamardNtk;

public sealed partial class Kernel
{
    /// <summary>
    /// Computes K V without storing K, where K is the Gram matrix of the rows of x (n × n), or the kernels between them
    /// and the rows of other (n × n′). The memory is that of a few blocks. The sums are in float64 for every precision
    /// of K. On the processor's own backends they do not depend on the number of threads.
    /// </summary>
    /// <param name="x">The samples of the rows of K.</param>
    /// <param name="v">V, which has one row for each column of K and any number of columns.</param>
    /// <param name="other">The samples of the columns of K. Null stands for x, with a symmetric K.</param>
    /// <param name="kind">The kernel.</param>
    /// <param name="options">The backend, threads, precision and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <returns>K V, of n rows and the columns of V.</returns>
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
            "K V",
            (options.Backend ?? Backends.Default).Multiply(request, v, options, cancellation),
            "the product or a sum on its way overflows; scale V down");
    }

    private static void RequireFit(GramRequest request, Matrix v)
    {
        if (v.Rows != request.Columns || v.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected {request.Columns} rows, one for each column of K, and at least one column; "
                + $"came {v.Rows} x {v.Columns}.",
                nameof(v));
        }

        if (Array.FindIndex(v.Data, value => !double.IsFinite(value)) is >= 0 and var bad)
        {
            throw new ArgumentException(
                $"Expected finite numbers; V's in row {bad / v.Columns}, column {bad % v.Columns} (counted from 0) "
                + $"is {v.Data[bad]}.",
                nameof(v));
        }

        if ((long)request.Rows * v.Columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected a product of at most {Array.MaxLength} entries; {request.Rows} x {v.Columns} has more. "
                + "Give fewer columns.",
                nameof(v));
        }
    }
}
