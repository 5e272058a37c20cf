namespace HadamardNtk;

/// <summary>A table as aligned lines: numbers to the right, texts to the left.</summary>
internal static class TextTable
{
    private const int Digits = 4;
    private const int LeastText = 8;
    private const string Gap = "  ";

    // A reader is shown about two screens of a table. A few rows more are not worth a look into its file.
    private const int MostRows = 40;
    private const int Spared = 10;

    /// <summary>
    /// The headings, a rule, and the rows, none longer than the width. Headings and texts are wrapped where they do not
    /// fit. Columns that have no room even then are left out, and so are rows after the first 40 of more than 50;
    /// last lines say so.
    /// </summary>
    internal static IEnumerable<string> Lines(StudyTable table, int width)
    {
        var shown = table.Rows.Count > MostRows + Spared ? MostRows : table.Rows.Count;
        string[][] rows = [.. table.Rows.Take(shown).Select(row => row.Select(Text).ToArray())];
        bool[] numeric = [.. table.Columns.Select((_, j) => IsNumeric(table, j))];
        string[] headings = [.. table.Columns.Select(TextLines.Clean)];
        var widths = Fitting(headings, rows, numeric, width);
        headings = headings[..widths.Length];
        string[] rule = [string.Join(Gap, widths.Select(w => new string('-', w)))];
        return Wrapped(headings, widths, numeric, cut: false)
            .Concat(rule)
            .Concat(rows.SelectMany(row => Wrapped(row[..widths.Length], widths, numeric, cut: true)))
            .Concat(RowsLeftOut(table, rows.Length, width))
            .Concat(LeftOut(table, widths.Length, width));
    }

    /// <summary>True for a column with numbers and no texts.</summary>
    internal static bool IsNumeric(StudyTable table, int column) =>
        table.Rows.Any(row => row[column] is int or long or double)
        && table.Rows.All(row => row[column] is null or int or long or double);

    private static IEnumerable<string> LeftOut(StudyTable table, int shown, int width) => table.Columns.Count == shown
        ? []
        : TextLines.Wrap(More(table.Columns.Count - shown, "column", table), width);

    private static IEnumerable<string> RowsLeftOut(StudyTable table, int shown, int width) => table.Rows.Count == shown
        ? []
        : TextLines.Wrap(More(table.Rows.Count - shown, "row", table), width);

    private static string More(int count, string what, StudyTable table) =>
        $"({count} more {what}{(count == 1 ? "" : "s")}, see {StudyCsv.PathOf(table.Name)})";

    // The widths of the first columns that have room. The widest that can be wrapped becomes narrower until all fit.
    private static int[] Fitting(string[] headings, string[][] rows, bool[] numeric, int width)
    {
        int[] widths =
            [.. headings.Select((heading, j) => rows.Select(row => row[j].Length).Append(heading.Length).Max())];
        int[] least = [.. headings.Select((heading, j) => numeric[j]
            ? rows.Select(row => row[j].Length).Append(LongestWord(heading)).Max()
            : LeastText)];
        least = [.. least.Zip(widths, Math.Min)];
        var shown = widths.Length;
        while (shown > 1 && Total(least[..shown]) > width) shown--;
        widths = widths[..shown];
        while (Total(widths) > width)
        {
            var wide = Enumerable.Range(0, shown).Where(j => widths[j] > least[j]).ToArray();
            widths[wide.Length > 0 ? wide.MaxBy(j => widths[j]) : 0]--;
        }

        return widths;
    }

    private static string Text(object? cell) => TextLines.Clean(StudyNumber.Cell(cell, Digits));

    private static int Total(int[] widths) => widths.Sum() + Gap.Length * (widths.Length - 1);

    private static int LongestWord(string text) => text.Split(' ').Max(word => word.Length);

    private static IEnumerable<string> Wrapped(string[] row, int[] widths, bool[] numeric, bool cut)
    {
        string[][] cells = [.. row.Select((cell, j) => cut && numeric[j]
            ? [TextLines.Cut(cell, widths[j])]
            : TextLines.Wrap(cell, widths[j]).ToArray())];
        return
            from k in Enumerable.Range(0, cells.Max(lines => lines.Length))
            let parts = cells.Select((lines, j) => Aligned(lines.ElementAtOrDefault(k) ?? "", widths[j], numeric[j]))
            select string.Join(Gap, parts).TrimEnd();
    }

    private static string Aligned(string cell, int width, bool right) =>
        right ? cell.PadLeft(width) : cell.PadRight(width);
}
