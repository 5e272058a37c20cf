namespace HadamardNtk;

/// <summary>The last look at results: what is not finite is refused, never handed out.</summary>
internal static class FiniteNumbers
{
    /// <summary>A matrix of finite numbers that float32 holds too, if it is to.</summary>
    /// <param name="what">What it is, for the message.</param>
    /// <param name="matrix">The numbers.</param>
    /// <param name="mend">What to do where one is not.</param>
    /// <param name="precision">What they are to be kept in.</param>
    /// <exception cref="ArithmeticException">A number is not finite, and where.</exception>
    internal static Matrix Require(
        string what, Matrix matrix, string mend = "scale the numbers that it is made of down", Precision precision = Precision.Float64)
    {
        var largest = precision == Precision.Float64 ? double.MaxValue : float.MaxValue;
        var bad = Array.FindIndex(matrix.Data, v => !(Math.Abs(v) <= largest));
        return bad < 0 ? matrix : throw Refusal(what, bad / matrix.Columns, bad % matrix.Columns, matrix.Data[bad], mend, precision);
    }

    private static ArithmeticException Refusal(string what, int row, int column, double value, string mend, Precision precision) => new(
        $"{what}: expected finite numbers{(precision == Precision.Float32 ? " that float32 holds" : "")}; " +
        $"came {value:R} in row {row}, column {column} (counted from 0); {mend}");
}
