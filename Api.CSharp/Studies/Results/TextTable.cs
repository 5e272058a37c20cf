namespace HadamardNtk;

/// <summary>A table as aligned lines: numbers to the right, texts to the left.</summary>
internal static class TextTable
{
    private const int Digits = 4;
    private const string Gap = "  ";

    /// <summary>The headings, a rule, and the rows, none longer than the width.</summary>
    internal static IEnumerable<string> Lines(StudyTable table, int width)
    {
        string[][] cells = [[.. table.Columns], .. table.Rows.Select(row => row.Select(c => StudyNumber.Cell(c, Digits)).ToArray())];
        bool[] numeric = [.. table.Columns.Select((_, j) => IsNumeric(table, j))];
        var widths = Fitting(
            [.. table.Columns.Select((_, j) => cells.Max(row => row[j].Length))], numeric, width);
        string[] rule = [.. widths.Select(w => new string('-', w))];
        return cells.Take(1).Append(rule).Concat(cells.Skip(1)).Select(row => TextLines.Cut(
            string.Join(Gap, row.Select((cell, j) => Aligned(TextLines.Cut(cell, widths[j]), widths[j], numeric[j]))), width).TrimEnd());
    }

    /// <summary>True for a column with numbers and no texts.</summary>
    internal static bool IsNumeric(StudyTable table, int column) =>
        table.Rows.Any(row => row[column] is int or long or double)
        && table.Rows.All(row => row[column] is null or int or long or double);

    // The widest column becomes narrower until the line fits; columns of numbers only where no text can.
    private static int[] Fitting(int[] widths, bool[] numeric, int width)
    {
        const int least = 4;
        var room = width - Gap.Length * (widths.Length - 1);
        while (widths.Sum() > room)
        {
            var texts = Enumerable.Range(0, widths.Length).Where(j => !numeric[j] && widths[j] > least).ToArray();
            var widest = (texts.Length > 0 ? texts : Enumerable.Range(0, widths.Length)).MaxBy(j => widths[j]);
            if (widths[widest] <= 1) break;
            widths[widest]--;
        }

        return widths;
    }

    private static string Aligned(string cell, int width, bool right) => right ? cell.PadLeft(width) : cell.PadRight(width);
}
