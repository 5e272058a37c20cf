using System.Text;

namespace HadamardNtk;

/// <summary>Error texts: one line, what was expected, what came, what to do.</summary>
internal static class OneLine
{
    private const int LongestQuote = 40;

    public static string Of(string file, string expected, string came, string mend) =>
        Clean($"{file}: expected {expected}; came {came}; {mend}");

    /// <summary>Text from a file in quotes, at most 40 characters of it.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * LongestQuote)]);
        return shown.Length <= LongestQuote ? $"\"{shown}\"" : $"\"{shown[..LongestQuote]}...\"";
    }

    /// <summary>The same for text that is already decoded.</summary>
    public static string Quote(string text) => Quote(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as a reader of a hex dump would write them.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => string.Join(' ', bytes.ToArray().Select(b => $"{b:x2}"));

    /// <summary>A shape as in <c>3 x 4</c>.</summary>
    public static string Shape(IEnumerable<long> shape) => string.Join(" x ", shape);

    /// <summary>What the operating system said, without its full stop.</summary>
    public static string Reason(Exception error) => error.Message.TrimEnd('.', ' ');

    /// <summary>The text with what breaks a line replaced by spaces.</summary>
    public static string Clean(string text) => string.Concat(text.Select(c => BreaksLine(c) ? ' ' : c));

    private static bool BreaksLine(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
