namespace HadamardNtk;

/// <summary>
/// The comma-separated files of a study, by RFC 4180 but for lines that end in a line feed alone. Numbers parse back to
/// the same float64; NaN, Infinity and -Infinity stand for those that are not finite.
/// </summary>
internal static class StudyCsv
{
    /// <summary>The names of the files, each with the action that writes its text.</summary>
    internal static IReadOnlyList<(string Name, Action<TextWriter> Write)> Files(StudyResult result) =>
    [
        .. result.Tables.Select(table => (FileOf(table.Name), (Action<TextWriter>)(to => Write(table, to)))),
        .. result.Charts.Select(chart => (FileOf(chart.Name), (Action<TextWriter>)(to => Write(chart, to)))),
        .. result.Maps.Select(map => (FileOf(map.Name), (Action<TextWriter>)(to => Write(map, to)))),
    ];

    /// <summary>The file of a table, chart or map.</summary>
    internal static string FileOf(string name) => name + ".csv";

    /// <summary>The path of that file below the folder of the study.</summary>
    internal static string PathOf(string name) => $"{StudyFiles.Csv}/{FileOf(name)}";

    private static void Write(StudyTable table, TextWriter to)
    {
        Line(to, table.Columns.Select(Quoted));
        foreach (var row in table.Rows)
        {
            Line(to, row.Select(cell => cell is string text ? Quoted(text) : StudyNumber.Complete(cell)));
        }
    }

    // One line for each point of each series.
    private static void Write(StudyChart chart, TextWriter to)
    {
        Line(to, ["series", "x", "y", "lower", "upper"]);
        foreach (var series in chart.Series)
        {
            var name = Quoted(series.Name);
            for (var i = 0; i < series.X.Count; i++)
            {
                Line(to, [name, .. new object?[] { series.X[i], series.Y[i], series.Lower?[i], series.Upper?[i] }
                    .Select(StudyNumber.Complete)]);
            }
        }
    }

    // The rows of the matrix without a header.
    private static void Write(StudyMap map, TextWriter to)
    {
        for (var i = 0; i < map.Values.Rows; i++)
        {
            Line(to, map.Values.Row(i).ToArray().Select(StudyNumber.Complete));
        }
    }

    private static void Line(TextWriter to, IEnumerable<string> fields)
    {
        to.Write(string.Join(',', fields));
        to.Write('\n');
    }

    // An empty text is quoted, so that it differs from no value.
    private static string Quoted(string text) => text.Length == 0 || text.AsSpan().ContainsAny("\",\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
