namespace HadamardNtk;

/// <summary>Recognizes a separator other than the one that was said, for error messages.</summary>
internal static class CsvSeparator
{
    private static readonly (char Mark, string Name, string? Word)[] All =
    [
        (';', "';'", "semicolon"), ('\t', "a tab", "tab"), ('|', "'|'", null), (' ', "a space", "space"),
        (',', "a comma", "comma"),
    ];

    /// <summary>The change that a message proposes for a line's separator; null if the separator is unknown.</summary>
    public static string? Suggestion(ReadOnlySpan<byte> record, byte separator) =>
        Find(record, separator) is var (mark, name, word, hasCommas)
            ? $"the separator looks like {name}{(hasCommas ? " and decimals like 1,5" : "")}: "
                + Remedy(mark, word, hasCommas)
            : null;

    // A program without options for text, and decimal commas, need another file.
    private static string Remedy(char mark, string? word, bool hasCommas)
    {
        var option = word is null || hasCommas ? "" : $"say so with --separator {word}, or ";
        return mark == ','
            ? "read it without --separator"
            : $"{option}separate fields by commas, decimals by a point, as by tr '{Marks(mark, hasCommas)}'";
    }

    private static string Marks(char mark, bool hasCommas)
    {
        var from = mark == '\t' ? "\\t" : mark.ToString();
        return hasCommas ? $",{from}' '.," : $"{from}' ',";
    }

    private static (char Mark, string Name, string? Word, bool HasCommas)? Find(
        ReadOnlySpan<byte> record, byte separator)
    {
        var text = System.Text.Encoding.UTF8.GetString(record).Trim(' ');
        foreach (var (mark, name, word) in All)
        {
            var blanks = mark == ' ' ? StringSplitOptions.RemoveEmptyEntries : StringSplitOptions.None;
            var fields = text.Split(mark, blanks).Select(field => field.Trim(' ', '"')).ToArray();
            if (mark != separator && fields.Length > 1 && fields.All(IsNumber))
            {
                return (mark, name, word, mark != ',' && text.Contains(','));
            }
        }

        return null;
    }

    // A number may have one decimal comma.
    private static bool IsNumber(string field) =>
        field.Count(c => c == ',') <= 1
            && CsvNumber.TryParse(System.Text.Encoding.UTF8.GetBytes(field.Replace(',', '.')), out _);
}
