using System.Globalization;
using System.Text;

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

    /// <summary>
    /// Writes one text on each line, in quotes where it would not be read back without them (RFC 4180).
    /// </summary>
    internal static void Write(Stream stream, IEnumerable<string> column)
    {
        foreach (var text in column)
        {
            stream.Write(Encoding.UTF8.GetBytes(Quoted(text) + '\n'));
        }
    }

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r;\t") || text.Trim() != text || text.StartsWith('#') || text.Length == 0
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;

    /// <summary>Writes one number on each line.</summary>
    internal static void Write<T>(Stream stream, ReadOnlySpan<T> column) where T : unmanaged, IUtf8SpanFormattable
    {
        for (var i = 0; i < column.Length; i++)
        {
            WriteRow(stream, column.Slice(i, 1));
        }
    }
}
