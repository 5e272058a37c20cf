using System.Buffers.Text;
using System.Globalization;

namespace HadamardNtk;

/// <summary>What one csv field is. Decimals have a point, whatever the culture.</summary>
internal static class CsvNumber
{
    /// <summary>So many digits are an integer that float64 holds exactly.</summary>
    private const int ExactDigits = 15;

    /// <summary>The field as a finite float64. Zeros behind a number, which parsing leaves out, are what a damaged disk leaves.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out double value) =>
        TryParseDigits(field, out value)
        || (!field.Contains((byte)0)
            && double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value));

    private static bool TryParseDigits(ReadOnlySpan<byte> field, out double value)
    {
        value = 0;
        if (field.Length is 0 or > ExactDigits || field.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var parsed = Utf8Parser.TryParse(field, out long digits, out _);
        value = digits;
        return parsed;
    }
}
