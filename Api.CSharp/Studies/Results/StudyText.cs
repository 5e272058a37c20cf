namespace HadamardNtk;

/// <summary>Writes a study as plain text, as for a terminal.</summary>
public static class StudyText
{
    /// <summary>The least width of a text, in columns.</summary>
    private const int Least = 20;

    private const string Indent = "  ";

    /// <summary>
    /// Writes the title, the summary, the claims with their verdicts, and the tables with numbers of 4 significant
    /// digits. Charts and maps have one line each, which names their files. No line is longer than the width: texts are
    /// wrapped, and a table says how many of its columns have no room. Of a table of more than 50 rows the first 40 are
    /// written; its file has all.
    /// </summary>
    /// <param name="result">The study.</param>
    /// <param name="writer">The writer, which stays open.</param>
    /// <param name="width">The width in columns, at least 20; 80 unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 20.</exception>
    public static void Write(StudyResult result, TextWriter writer, int width = 80)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        if (width < Least)
        {
            throw new ArgumentOutOfRangeException(
                nameof(width), width, $"Expected a width of at least {Least} columns, not {width}.");
        }

        foreach (var line in Lines(result, width))
        {
            writer.WriteLine(line);
        }
    }

    private static IEnumerable<string> Lines(StudyResult result, int width) =>
    [
        .. TextLines.Wrap(result.Title, width),
        .. result.Summary.Length > 0 ? TextLines.Wrap(result.Summary, width).Prepend("") : [],
        .. result.Claims.SelectMany(claim => Claim(claim, width)),
        .. result.Tables.SelectMany(table => Table(table, width)),
        .. Files(result).SelectMany(line => TextLines.Wrap(line, width, Indent)).Prepend(""),
        .. TextLines.Wrap(Settings(result), width, Indent),
    ];

    private static IEnumerable<string> Claim(StudyClaim claim, int width) =>
    [
        "",
        .. TextLines.Wrap($"{VerdictWords.Of(claim.Verdict)}: {claim.Statement}", width, Indent),
        .. TextLines.Wrap($"measured: {claim.Measured}", width - Indent.Length, Indent).Select(line => Indent + line),
        .. TextLines.Wrap($"source: {claim.Source}", width - Indent.Length, Indent).Select(line => Indent + line),
    ];

    private static IEnumerable<string> Table(StudyTable table, int width) =>
    [
        "",
        .. TextLines.Wrap(table.Title, width),
        .. TextTable.Lines(table, width - Indent.Length).Select(line => Indent + line),
    ];

    private static IEnumerable<string> Files(StudyResult result) =>
    [
        .. result.Charts.Select(chart =>
            $"chart {chart.Name}: {chart.Series.Count} series, see {StudyCsv.PathOf(chart.Name)}"),
        .. result.Maps.Select(map =>
            $"map {map.Name}: {map.Values.Rows} x {map.Values.Columns} values, see {StudyCsv.PathOf(map.Name)}"),
    ];

    private static string Settings(StudyResult result) =>
        "made with: "
        + string.Join("; ", result.Parameters.Select(p => $"{p.Name} {p.Value}").Append($"seed {result.Seed}"));
}
