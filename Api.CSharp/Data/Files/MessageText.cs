using System.Text;

namespace HadamardNtk;

/// <summary>Composes error texts of one line: the expected and the actual value, and a remedy.</summary>
internal static class MessageText
{
    private const int LongestQuote = 40;

    public static string Of(string file, string expected, string came, string mend) =>
        Clean($"{(file.Length > 0 ? file : "(no name)")}: expected {expected}; came {came}; {mend}");

    /// <summary>Text from a file in quotes, at most 40 characters of it.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * LongestQuote)]);
        return shown.Length <= LongestQuote ? $"\"{shown}\"" : $"\"{shown[..LongestQuote]}...\"";
    }

    /// <summary>The same for text that is already decoded.</summary>
    public static string Quote(string text) => Quote(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as hexadecimal numbers with spaces between them.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => string.Join(' ', bytes.ToArray().Select(b => $"{b:x2}"));

    /// <summary>A shape as in <c>3 x 4</c>.</summary>
    public static string Shape(IEnumerable<long> shape) => string.Join(" x ", shape);

    /// <summary>The operating system's message without its final period.</summary>
    public static string Reason(Exception error) => error.Message.TrimEnd('.', ' ');

    /// <summary>The text with control characters and line separators replaced by spaces.</summary>
    public static string Clean(string text) => string.Concat(text.Select(c => BreaksLine(c) ? ' ' : c));

    private static bool BreaksLine(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
