namespace HadamardNtk.Cli;

/// <summary>A confusion table as text of at most 80 columns.</summary>
internal static class ConfusionText
{
    private const int Width = 80;
    private const int LabelWidth = 12;
    private const int Listed = 10;

    /// <summary>The table's rows: how many samples of a class were given each of the classes.</summary>
    internal static int[][] Rows(int[,] counts) =>
    [
        .. Enumerable.Range(0, counts.GetLength(0)).Select(
            i => Enumerable.Range(0, counts.GetLength(1)).Select(j => counts[i, j]).ToArray()),
    ];

    /// <summary>The lines of the table, or of its most frequent mistakes where it is wider.</summary>
    internal static IEnumerable<string> Of(int[,] counts, IReadOnlyList<string> classes)
    {
        var (rows, names) = (Rows(counts), classes.Select(Short).ToArray());
        var cell = Math.Max(names.Max(name => name.Length), rows.Max(row => row.Max(n => $"{n}".Length)));
        return (names.Length + 1) * (cell + 2) <= Width ? Table(rows, names, cell) : Mistakes(rows, names);
    }

    private static IEnumerable<string> Table(int[][] rows, string[] names, int cell)
    {
        string Line(string head, IEnumerable<string> cells) =>
            head.PadRight(cell) + string.Concat(cells.Select(text => "  " + text.PadLeft(cell)));
        yield return "";
        yield return "confusion: a row for each true class, a column for each predicted one";
        yield return Line("", names);
        for (var i = 0; i < rows.Length; i++)
        {
            yield return Line(names[i], rows[i].Select(n => $"{n}"));
        }
    }

    private static IEnumerable<string> Mistakes(int[][] rows, string[] names)
    {
        var all = rows.SelectMany((row, i) => row.Select((count, j) => (True: i, Given: j, Count: count)))
            .Where(mistake => mistake.True != mistake.Given && mistake.Count > 0)
            .OrderByDescending(mistake => mistake.Count)
            .ToArray();
        yield return "";
        yield return $"confusion: {Math.Min(all.Length, Listed)} of {all.Length} mistakes of {names.Length} classes, "
            + "the most frequent; --json has all";
        foreach (var (i, j, count) in all.Take(Listed))
        {
            yield return $"true {names[i]}, predicted {names[j]}: {count}";
        }
    }

    // A text of a label may be long, or have more than one line.
    private static string Short(string label)
    {
        var plain = string.Concat(label.Select(c => char.IsControl(c) ? '?' : c));
        return plain.Length <= LabelWidth ? plain : plain[..(LabelWidth - 1)] + "~";
    }
}
