using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>
/// Tells a first line of names from a first line of data. It is a header if every field is a name, though the first may be empty, as
/// of a column of row numbers. A field that is a number, or stands for a missing one, makes the line a row of data, whatever else is
/// in it: so 2019 names no column, and no row is dropped for a header.
/// </summary>
internal static class CsvHeader
{
    /// <summary>What pandas names a first column that had no name.</summary>
    private const string UnnamedColumn = "Unnamed: 0";

    /// <summary>Words where a number is missing or not finite: part of a row of data, never a column's name.</summary>
    private static readonly HashSet<string> MissingNumbers = new(StringComparer.OrdinalIgnoreCase)
    {
        "nan", "inf", "infinity", "na", "n/a", "n.a.", "n/d", "nd", "n.d.", "null", "none", "nil", "nat", "missing",
        "<na>", "(null)", "[null]", "\\n", "#na", "#nv", "#nd", "1.#qnan", "1.#ind", "1.#inf", "nan(ind)",
    };

    /// <summary>True if the record names columns.</summary>
    public static bool Is(ReadOnlySpan<byte> record)
    {
        var (names, place) = (0, 0);
        foreach (var field in new CsvFields(record))
        {
            var isUnnamed = place++ == 0 && field.IsEmpty;
            if (!isUnnamed && (IsNumber(field) || IsMissing(field))) return false;
            if (IsName(field)) names++;
        }

        return names > 0;
    }

    /// <summary>True if a header leaves its first column without a name: the numbers of the rows, perhaps.</summary>
    public static bool IsFirstUnnamed(ReadOnlySpan<byte> record)
    {
        var fields = new CsvFields(record);
        return fields.MoveNext() && (fields.Current.IsEmpty || fields.Current.SequenceEqual(Encoding.ASCII.GetBytes(UnnamedColumn)));
    }

    /// <summary>True for a field that stands for a missing number: nothing, punctuation, a word for it, an error of a spreadsheet.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> field)
    {
        var text = Encoding.UTF8.GetString(field);
        return text.All(c => "-.?*~_:/–—".Contains(c)) || MissingNumbers.Contains(text.TrimStart('+', '-')) || IsSheetError(text);
    }

    private static bool IsNumber(ReadOnlySpan<byte> field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // #N/A, #DIV/0!, #NAME?: a hash, then capitals with a slash among them or a mark behind them, in whatever language.
    private static bool IsSheetError(string text) =>
        text is ['#', _, ..] && !text.Any(c => char.IsWhiteSpace(c) || char.IsLower(c)) && (text.Contains('/') || text[^1] is '!' or '?');

    // A name does not begin as a number does, whatever marks or invisible characters stand before: 12a, <5, $5 and ""5 are spoilt numbers.
    private static bool IsName(ReadOnlySpan<byte> field)
    {
        var text = Encoding.UTF8.GetString(field).Trim(' ', '\t', '"', '\'');
        return text.StartsWith('#') || char.IsLetter(text.FirstOrDefault(char.IsLetterOrDigit));
    }
}
