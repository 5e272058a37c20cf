using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// Writes numbers as comma-separated text, with the shortest digits from which each is read back to the last bit.
/// </summary>
internal static class CsvText
{
    private const int LongestNumber = 32;

    /// <summary>Writes one row and a line feed.</summary>
    internal static void WriteRow<T>(Stream stream, ReadOnlySpan<T> row) where T : unmanaged, IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[LongestNumber + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j].TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
            text[length] = (byte)(j == row.Length - 1 ? '\n' : ',');
            stream.Write(text[..(length + 1)]);
        }
    }

    /// <summary>Writes one number on each line.</summary>
    internal static void Write<T>(Stream stream, ReadOnlySpan<T> column) where T : unmanaged, IUtf8SpanFormattable
    {
        for (var i = 0; i < column.Length; i++)
        {
            WriteRow(stream, column.Slice(i, 1));
        }
    }
}
