namespace HadamardNtk;

/// <summary>Recognizes a separator other than the comma, for error messages.</summary>
internal static class CsvSeparator
{
    private static readonly (char Mark, string Name)[] Others =
        [(';', "';'"), ('\t', "a tab"), ('|', "'|'"), (' ', "a space")];

    /// <summary>The change that a message proposes for a line's separator; null if the separator is unknown.</summary>
    public static string? Suggestion(ReadOnlySpan<byte> record) => Find(record) is var (mark, name, hasCommas)
        ? $"the separator looks like {name}{(hasCommas ? " and decimals like 1,5" : "")}: separate fields by commas, "
            + $"decimals by a point, as by tr '{Marks(mark, hasCommas)}'"
        : null;

    private static string Marks(char mark, bool hasCommas)
    {
        var from = mark == '\t' ? "\\t" : mark.ToString();
        return hasCommas ? $",{from}' '.," : $"{from}' ',";
    }

    private static (char Mark, string Name, bool HasCommas)? Find(ReadOnlySpan<byte> record)
    {
        var text = System.Text.Encoding.UTF8.GetString(record).Trim(' ');
        foreach (var (mark, name) in Others)
        {
            var fields = text.Split(mark).Select(field => field.Trim(' ', '"')).ToArray();
            if (fields.Length > 1 && fields.All(IsNumber))
            {
                return (mark, name, text.Contains(','));
            }
        }

        return null;
    }

    // A number may have one decimal comma.
    private static bool IsNumber(string field) =>
        field.Count(c => c == ',') <= 1
            && CsvNumber.TryParse(System.Text.Encoding.UTF8.GetBytes(field.Replace(',', '.')), out _);
}
