namespace HadamardNtk;

/// <summary>The checks of the factor V of a product K V, and of the product.</summary>
internal static class ProductFactor
{
    /// <summary>Requires that V fits K, of rows × columns, and is finite.</summary>
    /// <exception cref="ArgumentException">It does not, or the product is too large for one array.</exception>
    internal static void Require(Matrix v, int rows, int columns)
    {
        if (v.Rows != columns || v.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected {columns} rows, one for each column of K, and at least one column; "
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

        if ((long)rows * v.Columns > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected a product of at most {Array.MaxLength} entries; {rows} x {v.Columns} has more. "
                + "Give fewer columns.",
                nameof(v));
        }
    }

    /// <summary>Returns K V if it is finite.</summary>
    /// <exception cref="ArithmeticException">A number is not finite; the message names its row and column.</exception>
    internal static Matrix RequireFinite(Matrix product) =>
        FiniteNumbers.Require("K V", product, "the product or a sum on its way overflows; scale V down");
}
