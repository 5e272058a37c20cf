using System.Globalization;

namespace HadamardNtk;

/// <summary>Numbers of a study as text: short for readers, and complete for files.</summary>
internal static class StudyNumber
{
    /// <summary>A number with a few significant digits; below 10^6 it has no fewer than its whole part.</summary>
    internal static string Short(double value, int digits) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        0 => "0",
        _ when Math.Abs(value) is < 1e6 and >= 1e4 => value.ToString("0", Invariant),
        _ when Math.Abs(value) is < 1e-4 or >= 1e6 => Scientific(value, digits),
        _ => value.ToString($"G{digits}", Invariant),
    };

    /// <summary>The shortest text that parses back to the same float64.</summary>
    internal static string Complete(double value) => value.ToString("R", Invariant);

    /// <summary>A cell of a table for readers.</summary>
    internal static string Cell(object? cell, int digits) => cell switch
    {
        null => "-",
        double x => Short(x, digits),
        bool yes => yes ? "yes" : "no",
        IFormattable whole => whole.ToString(null, Invariant),
        _ => (string)cell,
    };

    /// <summary>A cell of a table for files: complete numbers, true and false, and nothing for no value.</summary>
    internal static string Complete(object? cell) => cell switch
    {
        null => "",
        double x => Complete(x),
        bool yes => yes ? "true" : "false",
        IFormattable whole => whole.ToString(null, Invariant),
        _ => (string)cell,
    };

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string Scientific(double value, int digits) =>
        value.ToString($"0.{new string('#', digits - 1)}e0", Invariant);
}
