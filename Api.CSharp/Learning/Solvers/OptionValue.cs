namespace HadamardNtk;

/// <summary>The checks of numbers that options are set to.</summary>
internal static class OptionValue
{
    /// <summary>A tolerance between 0 and 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    internal static double Tolerance(double value) => value is > 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Expected a tolerance between 0 and 1, not {value}.");

    /// <summary>A number of at least <c>least</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less; the message says what it is.</exception>
    internal static int AtLeast(int least, int value, string what) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Expected {what} of at least {least}, not {value}.");
}
