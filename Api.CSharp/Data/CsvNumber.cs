using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>What one csv field is. Decimals have a point, whatever the culture.</summary>
internal static class CsvNumber
{
    /// <summary>So many digits are an integer that float64 holds exactly.</summary>
    private const int ExactDigits = 15;

    /// <summary>Words where a number is missing or not finite: part of a row of data, never a column's name.</summary>
    private static readonly HashSet<string> MissingNumbers = new(StringComparer.OrdinalIgnoreCase)
    {
        "nan", "inf", "infinity", "na", "n/a", "null", "none",
    };

    /// <summary>The field as a finite float64.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out double value) =>
        TryParseDigits(field, out value)
        || (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value));

    /// <summary>
    /// True if the record names columns: no field is a number, or stands for a missing one, and at least one is a
    /// name. A name does not begin as a number does: 12a and 1.2.3 are spoilt numbers.
    /// </summary>
    public static bool IsHeader(ReadOnlySpan<byte> record)
    {
        var names = 0;
        foreach (var field in new CsvFields(record))
        {
            if (IsNumber(field)) return false;
            if (IsName(field)) names++;
        }

        return names > 0;
    }

    private static bool IsNumber(ReadOnlySpan<byte> field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || MissingNumbers.Contains(Encoding.Latin1.GetString(field).TrimStart('+', '-'));

    private static bool IsName(ReadOnlySpan<byte> field) => field.Length > 0 && !"0123456789+-.?"u8.Contains(field[0]);

    private static bool TryParseDigits(ReadOnlySpan<byte> field, out double value)
    {
        value = 0;
        if (field.Length is 0 or > ExactDigits || field.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var parsed = Utf8Parser.TryParse(field, out long digits, out _);
        value = digits;
        return parsed;
    }
}
