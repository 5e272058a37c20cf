using System.Buffers.Text;
using System.Globalization;

namespace HadamardNtk;

/// <summary>Reads the number in a csv field. The decimal separator is a point in every culture.</summary>
internal static class CsvNumber
{
    /// <summary>Float64 holds every integer of at most this many digits exactly.</summary>
    private const int ExactDigits = 15;

    /// <summary>
    /// Reads the field as a finite float64. A field with a zero byte is refused: the parser ignores zero bytes after a
    /// number, but they are a sign of a damaged disk.
    /// </summary>
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
