namespace HadamardNtk.Bench;

/// <summary>A table: the first column to the left, the others to the right.</summary>
/// <param name="Header">The names of the columns.</param>
/// <param name="Rows">The cells.</param>
internal sealed record Table(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The lines of the table in Markdown, padded so that they are one to the eye too.</summary>
    internal IEnumerable<string> Lines()
    {
        var widths = Header.Select((h, c) => Rows.Select(r => r[c].Length).Append(h.Length).Append(2).Max()).ToArray();
        yield return Line(Header, widths);
        yield return $"| {string.Join(" | ", widths.Select((w, c) => c == 0 ? new string('-', w) : new string('-', w - 1) + ":"))} |";
        foreach (var row in Rows)
        {
            yield return Line(row, widths);
        }
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        $"| {string.Join(" | ", cells.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c])))} |";
}
