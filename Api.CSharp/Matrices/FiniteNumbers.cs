namespace HadamardNtk;

/// <summary>The last check of results: a number that is not finite is an error, and is never returned.</summary>
internal static class FiniteNumbers
{
    /// <summary>Returns the matrix if all its numbers are finite in the precision in which they will be kept.</summary>
    /// <param name="what">The name of the matrix in the message.</param>
    /// <param name="matrix">The numbers.</param>
    /// <param name="mend">The change that the message proposes.</param>
    /// <param name="precision">The precision in which the numbers will be kept.</param>
    /// <exception cref="ArithmeticException">A number is not finite; the message names its row and column.</exception>
    internal static Matrix Require(
        string what, Matrix matrix, string mend = "scale the numbers that it is made of down",
        Precision precision = Precision.Float64)
    {
        var largest = precision == Precision.Float64 ? double.MaxValue : float.MaxValue;
        var bad = Array.FindIndex(matrix.Data, v => !(Math.Abs(v) <= largest));
        return bad < 0
            ? matrix
            : throw Refusal(what, bad / matrix.Columns, bad % matrix.Columns, matrix.Data[bad], mend, precision);
    }

    private static ArithmeticException Refusal(
        string what, int row, int column, double value, string mend, Precision precision) =>
        new(
            $"{what}: expected finite numbers{(precision == Precision.Float32 ? " that float32 holds" : "")}; " +
            $"came {value:R} in row {row}, column {column} (counted from 0); {mend}");
}
