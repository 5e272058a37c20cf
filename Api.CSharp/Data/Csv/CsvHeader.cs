using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>
/// Tells a header from a first row of data. A line is a header if every field is a name; the first field may be empty,
/// as above a column of row numbers. A field that is a number or stands for a missing number makes the line a row of
/// data. Hence 2019 names no column, and no row is dropped as a header.
/// </summary>
internal static class CsvHeader
{
    /// <summary>The name that pandas gives a first column without one.</summary>
    private const string UnnamedColumn = "Unnamed: 0";

    /// <summary>
    /// The words that stand for a number that is missing or not finite. They belong to rows of data and name no column.
    /// </summary>
    private static readonly HashSet<string> MissingNumbers = new(StringComparer.OrdinalIgnoreCase)
    {
        "nan", "inf", "infinity", "na", "n/a", "n.a.", "n/d", "nd", "n.d.", "null", "none", "nil", "nat", "missing",
        "<na>", "(null)", "[null]", "\\n", "#na", "#nv", "#nd", "1.#qnan", "1.#ind", "1.#inf", "nan(ind)",
    };

    /// <summary>True if the record names columns.</summary>
    public static bool Is(ReadOnlySpan<byte> record, byte separator)
    {
        var (names, place) = (0, 0);
        foreach (var field in new CsvFields(record, separator))
        {
            var isUnnamed = place++ == 0 && field.IsEmpty;
            if (!isUnnamed && (IsNumber(field) || IsMissing(field))) return false;
            if (IsName(field)) names++;
        }

        return names > 0;
    }

    /// <summary>True if the header's first field is empty, so that its column may hold row numbers.</summary>
    public static bool IsFirstUnnamed(ReadOnlySpan<byte> record, byte separator)
    {
        var fields = new CsvFields(record, separator);
        return fields.MoveNext()
            && (fields.Current.IsEmpty || fields.Current.SequenceEqual(Encoding.ASCII.GetBytes(UnnamedColumn)));
    }

    /// <summary>
    /// True for a field that stands for a missing number: it is empty, punctuation, a word for a missing number, or a
    /// spreadsheet's error.
    /// </summary>
    public static bool IsMissing(ReadOnlySpan<byte> field)
    {
        var text = Encoding.UTF8.GetString(field);
        return text.All(c => "-.?*~_:/–—".Contains(c))
            || MissingNumbers.Contains(text.TrimStart('+', '-'))
            || IsSheetError(text);
    }

    /// <summary>
    /// True for a line that is a comment: it begins with a hash, and its first field is no error of a spreadsheet and
    /// no missing number.
    /// </summary>
    public static bool IsComment(ReadOnlySpan<byte> record, byte separator)
    {
        if (CsvFields.Trimmed(record, separator) is not [(byte)'#', ..]) return false;
        var fields = new CsvFields(record, separator);
        return !(fields.MoveNext() && IsMissing(fields.Current));
    }

    private static bool IsNumber(ReadOnlySpan<byte> field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // A spreadsheet's error (#N/A, #DIV/0!, #NAME?) is a hash and capitals, in any language, with a slash or a final
    // mark.
    private static bool IsSheetError(string text) =>
        text is ['#', _, ..]
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsLower(c))
            && (text.Contains('/') || text[^1] is '!' or '?');

    // The first letter or digit of a name is a letter: 12a, <5, $5 and ""5 are damaged numbers.
    internal static bool IsName(ReadOnlySpan<byte> field)
    {
        var text = Encoding.UTF8.GetString(field).Trim(' ', '\t', '"', '\'');
        return text.StartsWith('#') || char.IsLetter(text.FirstOrDefault(char.IsLetterOrDigit));
    }
}
